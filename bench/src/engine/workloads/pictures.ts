import {
  adam,
  type Backbone,
  createTrainer,
  mobilenetV2,
  resnet,
  type Scope,
  softmaxCrossEntropy,
  type Tensor,
} from '@vitrine/grad';
import { uniform } from './inputs.js';
import { THREADS, type Work } from './work.js';

export type Network = (scope: Scope, x: Tensor) => Backbone;

const CLASSES = 1000;

export const backbones = {
  resnet18: (scope, x) => resnet(scope, x, { classes: CLASSES }),
  mobilenetV2: (scope, x) => mobilenetV2(scope, x, { classes: CLASSES }),
} satisfies Record<string, Network>;

/** One step of a classifier from scratch with Adam, over random pictures. */
export async function pictureStep(network: Network, { size, batch }: { size: number; batch: number }): Promise<Work> {
  const trainer = await createTrainer({
    seed: 1,
    batchSize: batch,
    optimizer: adam(),
    session: { threads: THREADS },
    build: ({ scope, input }) => ({
      loss: softmaxCrossEntropy(network(scope, input('x', [3, size, size])).logits, input('label', [], 'int32')),
    }),
  });
  const feeds = { x: uniform(batch * 3 * size * size), label: Int32Array.from({ length: batch }, (_, i) => i) };
  return () => trainer.step(feeds, { lr: 1e-3 });
}
