import { describe, expect, it } from 'vitest';
import { softmaxCrossEntropy } from '../losses/cross-entropy.js';
import { reshape } from '../ops/reshape.js';
import { transpose } from '../ops/transpose.js';
import { sgd } from '../optim/sgd.js';
import { normals } from '../testing/check-gradient.js';
import { createTrainer } from '../training/trainer.js';
import { architectures } from './architectures.js';
import { unet } from './unet.js';

const [BATCH, CLASSES] = [2, 3];
/** No multiple of what encoders divide by. */
const [HEIGHT, WIDTH] = [37, 50];

describe('a U-Net', () => {
  it.each(Object.entries(architectures))(
    'on %s takes a step on pictures of any size, down to its first weights',
    async (_, { encoder }) => {
      const trainer = await createTrainer({
        seed: 1,
        batchSize: BATCH,
        optimizer: sgd(),
        session: { threads: 1 },
        build: ({ scope, input }) => {
          const scores = unet(scope, input('x', [3, HEIGHT, WIDTH]), { classes: CLASSES, encoder, channels: [32, 16] });
          const places = reshape(transpose(scores, [0, 2, 3, 1]), [-1, CLASSES]);
          const labels = reshape(input('labels', [HEIGHT, WIDTH], 'int32'), [-1]);
          return { loss: softmaxCrossEntropy(places, labels), outputs: { scores } };
        },
      });
      const x = normals([BATCH, 3, HEIGHT, WIDTH], 'pictures');
      const labels = Int32Array.from({ length: BATCH * HEIGHT * WIDTH }, (_, i) => i % CLASSES);
      const firstWeights = () => [...trainer.weights()].find(([name]) => name.startsWith('encoder.'))![1].data.slice();
      const before = firstWeights();
      const { loss } = await trainer.step({ x, labels }, { lr: 0.1 });
      expect(loss).toBeGreaterThan(0);
      expect(firstWeights()).not.toEqual(before);
      const { outputs } = await trainer.evaluate({ x, labels });
      expect(outputs.scores).toHaveLength(BATCH * CLASSES * HEIGHT * WIDTH);
      expect(outputs.scores!.every(Number.isFinite)).toBe(true);
      await trainer.release();
    },
  );
});
