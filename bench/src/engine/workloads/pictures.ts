import {
  type ArchitectureName,
  adam,
  architectures,
  type Build,
  createTrainer,
  type Feeds,
  softmaxCrossEntropy,
  unet,
} from '@vitrine/grad';
import { uniform } from './inputs.js';
import { SESSION, type Work } from './work.js';

/** One step of a classifier from scratch with Adam, over random pictures. */
export async function pictureStep(
  name: ArchitectureName,
  size: number,
  batch: number,
  session = SESSION,
): Promise<Work> {
  const build: Build = ({ scope, input }) => {
    const { logits } = architectures[name].build(scope, input('x', [3, size, size]), { classes: 1000 });
    return { loss: softmaxCrossEntropy(logits, input('label', [], 'int32')) };
  };
  const label = Int32Array.from({ length: batch }, (_, i) => i);
  return adamStep(build, batch, { x: uniform(batch * 3 * size * size), label }, session);
}

const CLASSES = 10;

/** One step of a U-Net on ResNet-18 with Adam, cross-entropy at every pixel. */
export async function maskStep(size: number, batch: number): Promise<Work> {
  const build: Build = ({ scope, input }) => {
    const { encoder } = architectures.resnet18;
    const scores = unet(scope, input('x', [3, size, size]), { classes: CLASSES, encoder, upsampling: 'bilinear' });
    return { loss: softmaxCrossEntropy(scores, input('mask', [size, size], 'int32'), { axis: 1 }) };
  };
  const mask = Int32Array.from({ length: batch * size * size }, (_, i) => i % CLASSES);
  return adamStep(build, batch, { x: uniform(batch * 3 * size * size), mask });
}

async function adamStep(build: Build, batchSize: number, feeds: Feeds, session = SESSION): Promise<Work> {
  const trainer = await createTrainer({ seed: 1, batchSize, optimizer: adam(), session, build });
  return () => trainer.step(feeds, { lr: 1e-3 });
}
