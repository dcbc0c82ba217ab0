import { type ArchitectureName, adam, architectures, createTrainer, softmaxCrossEntropy, unet } from '@vitrine/grad';
import { uniform } from './inputs.js';
import { SESSION, type Work } from './work.js';

/** One step of a classifier from scratch with Adam, over random pictures. */
export async function pictureStep(name: ArchitectureName, size: number, batch: number): Promise<Work> {
  const trainer = await createTrainer({
    seed: 1,
    batchSize: batch,
    optimizer: adam(),
    session: SESSION,
    build: ({ scope, input }) => {
      const { logits } = architectures[name].build(scope, input('x', [3, size, size]), { classes: 1000 });
      return { loss: softmaxCrossEntropy(logits, input('label', [], 'int32')) };
    },
  });
  const feeds = { x: uniform(batch * 3 * size * size), label: Int32Array.from({ length: batch }, (_, i) => i) };
  return () => trainer.step(feeds, { lr: 1e-3 });
}

const CLASSES = 10;

/** One step of a U-Net on ResNet-18 with Adam, cross-entropy at every pixel. */
export async function maskStep(size: number, batch: number): Promise<Work> {
  const trainer = await createTrainer({
    seed: 1,
    batchSize: batch,
    optimizer: adam(),
    session: SESSION,
    build: ({ scope, input }) => {
      const { encoder } = architectures.resnet18;
      const scores = unet(scope, input('x', [3, size, size]), { classes: CLASSES, encoder, upsampling: 'bilinear' });
      return { loss: softmaxCrossEntropy(scores, input('mask', [size, size], 'int32'), { axis: 1 }) };
    },
  });
  const feeds = {
    x: uniform(batch * 3 * size * size),
    mask: Int32Array.from({ length: batch * size * size }, (_, i) => i % CLASSES),
  };
  return () => trainer.step(feeds, { lr: 1e-3 });
}
