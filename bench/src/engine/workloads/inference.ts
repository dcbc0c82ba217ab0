import { type Build, createTrainer, exportOnnx, foldBatchNorm, openModel, resnet, sgd, sum } from '@vitrine/grad';
import { uniform } from './inputs.js';
import { THREADS, type Work } from './work.js';

const SIZE = 224;

const resnet18: Build = ({ scope, input }) => {
  const { logits } = resnet(scope, input('x', [3, SIZE, SIZE]), { classes: 1000 });
  return { loss: sum(logits), outputs: { logits } };
};

/** ResNet-18 as exported for serving. */
export async function inference(batch: number): Promise<Work> {
  const model = await openModel(await exported(resnet18), { threads: THREADS });
  const x = uniform(batch * 3 * SIZE * SIZE);
  return () => model.run({ x });
}

/** The file of an untrained model, with its batch norm folded. */
export async function exported(build: Build): Promise<Uint8Array> {
  const trainer = await createTrainer({ seed: 1, batchSize: 1, optimizer: sgd(), build });
  const bytes = exportOnnx(trainer, { passes: [foldBatchNorm] });
  await trainer.release();
  return bytes;
}
