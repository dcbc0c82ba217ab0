import {
  adam,
  type Build,
  batchNorm,
  conv2d,
  createTrainer,
  embedding,
  exportOnnx,
  floatsOf,
  globalAveragePool,
  linear,
  lstm,
  maxPool,
  openModel,
  relu,
  softmaxCrossEntropy,
} from '@vitrine/grad';

/** Three steps of a small model on a provider: prints the losses and what the exported model then says there. */
const [model, provider] = process.argv.slice(2) as ['lstm' | 'network', string];
const [BATCH, CLASSES, STEPS] = [4, 5, 3];

const lstmOverWords: Build = ({ scope, input }) => {
  const x = embedding(scope.child('words'), input('x', [STEPS * 4], 'int32'), { rows: 50, dim: 8 });
  const { final } = lstm(scope.child('lstm'), x, { size: 8 });
  const logits = linear(scope.child('out'), final, CLASSES);
  return { loss: softmaxCrossEntropy(logits, input('label', [], 'int32')), outputs: { logits } };
};

/** With a window that overlaps and groups of an odd number of filters, which the provider can't do by itself. */
const network: Build = ({ scope, input }) => {
  const layer = (name: string, filters: number, groups: number, x = input('x', [3, 12, 12])) => {
    const y = conv2d(scope.child(name), x, filters, 3, { padding: 1, groups, bias: false });
    return relu(batchNorm(scope.child(`${name}-norm`), y));
  };
  const first = maxPool(layer('first', 10, 1), { kernel: 3, stride: 1, padding: 1 });
  const logits = linear(scope.child('out'), globalAveragePool(layer('second', 10, 2, first)), CLASSES);
  return { loss: softmaxCrossEntropy(logits, input('label', [], 'int32')), outputs: { logits } };
};

const x =
  model === 'lstm'
    ? Int32Array.from({ length: BATCH * STEPS * 4 }, (_, i) => (7 * i) % 50)
    : Float32Array.from({ length: BATCH * 3 * 144 }, (_, i) => Math.sin(i / 3));
const session = { threads: 1, providers: [provider] };
const build = model === 'lstm' ? lstmOverWords : network;
const trainer = await createTrainer({ seed: 1, batchSize: BATCH, optimizer: adam(), session, build });
const losses: number[] = [];
for (let step = 0; step < STEPS; step++) {
  const { loss } = await trainer.step({ x, label: Int32Array.of(0, 1, 2, 3) }, { lr: 1e-3 });
  losses.push(loss);
}
const exported = await openModel(exportOnnx(trainer, { outputs: ['logits'] }), session);
const { logits } = await exported.run({ x });
await Promise.all([exported.release(), trainer.release()]);
console.log(JSON.stringify([...losses, ...floatsOf(logits)]));
