import {
  architectures,
  type Build,
  createTrainer,
  encodeModel,
  exportModel,
  foldBatchNorm,
  type Model,
  openModel,
  quantize,
  sgd,
  sum,
} from '@vitrine/grad';
import { uniform } from './inputs.js';
import { SESSION, type Work } from './work.js';

const SIZE = 224;
const pictures = (count: number) => ({ x: uniform(count * 3 * SIZE * SIZE) });

const resnet18: Build = ({ scope, input }) => {
  const { logits } = architectures.resnet18.build(scope, input('x', [3, SIZE, SIZE]), { classes: 1000 });
  return { loss: sum(logits), outputs: { logits } };
};

/** ResNet-18 as exported for serving. */
export async function inference(batch: number): Promise<Work> {
  return running(await exported(resnet18), pictures(batch));
}

/** The same in eight bits. */
export async function quantizedInference(batch: number): Promise<Work> {
  return running(await quantize(await exported(resnet18), [pictures(1)]), pictures(batch));
}

/** An untrained model for inference, with its batch norm folded. */
export async function exported(build: Build): Promise<Model> {
  const trainer = await createTrainer({ seed: 1, batchSize: 1, optimizer: sgd(), build });
  const model = exportModel(trainer, { passes: [foldBatchNorm] });
  await trainer.release();
  return model;
}

/** Runs of a model on the same inputs. */
export async function running(model: Model, feeds: Readonly<Record<string, Float32Array>>): Promise<Work> {
  const opened = await openModel(encodeModel(model), SESSION);
  return () => opened.run(feeds);
}
