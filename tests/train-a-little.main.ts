import {
  adam,
  add,
  type BuildContext,
  batchNorm,
  conv2d,
  createTrainer,
  embedding,
  exportOnnx,
  floatsOf,
  linear,
  lstm,
  maxPool,
  openModel,
  relu,
  reshape,
  softmaxCrossEntropy,
  transpose,
} from '@vitrine/grad';

/** Two steps of a small model on a provider: prints the losses and what the exported model then says there. */
const session = { threads: 1, providers: [process.argv[2] ?? 'cpu'] };
const [BATCH, SIDE, FILTERS, CLASSES] = [4, 12, 10, 5];

/**
 * Photos read row by row, and a word with each: more steps than one operator joins on a graphics processor, windows of a
 * pool that overlap, and groups of an odd number of filters, none of which the provider can do by itself.
 */
function build({ scope, input }: BuildContext) {
  const layer = (name: string, groups: number, x = input('photos', [3, SIDE, SIDE])) => {
    const y = conv2d(scope.child(name), x, FILTERS, 3, { padding: 1, groups, bias: false });
    return relu(batchNorm(scope.child(`${name}-norm`), y));
  };
  const maps = layer('second', 2, maxPool(layer('first', 1), { kernel: 3, stride: 1, padding: 1 }));
  const rows = reshape(transpose(maps, [0, 2, 3, 1]), [maps.shape[0]!, SIDE, SIDE * FILTERS]);
  const { final } = lstm(scope.child('rows'), rows, { size: 8 });
  const word = embedding(scope.child('words'), input('words', [], 'int32'), { rows: 50, dim: CLASSES });
  const logits = add(linear(scope.child('out'), final, CLASSES), word);
  return { loss: softmaxCrossEntropy(logits, input('labels', [], 'int32')), outputs: { logits } };
}

const photos = Float32Array.from({ length: BATCH * 3 * SIDE ** 2 }, (_, i) => Math.sin(i / 3));
const words = Int32Array.of(7, 14, 21, 7);
const trainer = await createTrainer({ seed: 1, batchSize: BATCH, optimizer: adam(), session, build });
const losses: number[] = [];
for (let step = 0; step < 2; step++) {
  losses.push((await trainer.step({ photos, words, labels: Int32Array.of(0, 1, 2, 3) }, { lr: 1e-3 })).loss);
}
const exported = await openModel(exportOnnx(trainer, { outputs: ['logits'] }), session);
const { logits } = await exported.run({ photos, words });
await Promise.all([exported.release(), trainer.release()]);
console.log(JSON.stringify([...losses, ...floatsOf(logits)]));
