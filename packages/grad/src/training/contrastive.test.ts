import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataLoader } from '../loading/data-loader.js';
import { epochOrder } from '../loading/order.js';
import { ntXentLoss } from '../losses/nt-xent.js';
import { batchNorm } from '../nn/batch-norm.js';
import { conv2d } from '../nn/conv2d.js';
import { linear } from '../nn/linear.js';
import type { Scope } from '../nn/scope.js';
import { normalize } from '../ops/normalize.js';
import { relu } from '../ops/relu.js';
import { flatten, reshape } from '../ops/reshape.js';
import { split } from '../ops/split.js';
import { lars } from '../optim/lars.js';
import { DRAWN } from '../testing/drawn-pictures-source.js';
import type { Build } from './build.js';
import { createTrainer, type Trainer } from './trainer.js';

const BATCH = 64;
const DIM = 16;
const SIZE = [DRAWN.channels, DRAWN.height, DRAWN.width];

/** SimCLR on pairs of views [N, 2, C, H, W]: vectors of their pictures such that the two of a pair find each other. */
const build: Build = ({ scope, input }) => {
  const pairs = input('pictures', [2, ...SIZE]);
  const pictures = reshape(pairs, [-1, ...SIZE]);
  const layer = (at: Scope, x: typeof pairs, channels: number, stride: number) =>
    relu(batchNorm(at.child('bn'), conv2d(at.child('conv'), x, channels, 3, { padding: 1, stride, bias: false })));
  const features = layer(scope.child('second'), layer(scope.child('first'), pictures, 24, 1), 32, 2);
  const vectors = normalize(linear(scope.child('head'), flatten(features), DIM));
  const [first, second] = split(reshape(vectors, [-1, 2 * DIM]), 2, 1);
  return { loss: ntXentLoss(first!, second!, { temperature: 0.2 }), outputs: { first: first!, second: second! } };
};

/** How often the nearest of all second views to a first view is its own, on pictures that were never trained on. */
async function found(trainer: Trainer, loader: DataLoader): Promise<number> {
  const { value: batch } = await loader.batches(Int32Array.from({ length: BATCH }, (_, i) => 100_000 + i)).next();
  const { first, second } = (await trainer.evaluate(batch!.feeds)).outputs;
  const similarity = (i: number, j: number) =>
    Array.from({ length: DIM }, (_, d) => first![i * DIM + d]! * second![j * DIM + d]!).reduce((a, b) => a + b);
  const all = Array.from({ length: BATCH }, (_, i) => i);
  return all.filter((i) => all.every((j) => similarity(i, j) <= similarity(i, i))).length / BATCH;
}

describe('contrastive learning', () => {
  let loader: DataLoader;
  beforeAll(async () => {
    const module = new URL('../testing/drawn-pictures-source.js', import.meta.url);
    loader = await DataLoader.open({ module, options: { views: 2, labels: false }, batchSize: BATCH, seed: 1 });
  });
  afterAll(() => loader.close());

  it('learns from two views, without labels, to find unseen pictures again', async () => {
    const trainer = await createTrainer({
      seed: 1,
      batchSize: BATCH,
      build,
      optimizer: lars({ trust: 0.02 }),
      session: { threads: 1 },
    });
    expect(await found(trainer, loader)).toBeLessThan(0.2);
    for (let epoch = 1; epoch <= 14; epoch++) {
      for await (const { feeds } of loader.batches(epochOrder(10 * BATCH, 1, epoch), { epoch })) {
        await trainer.step(feeds, { lr: 0.5 });
      }
    }
    expect(await found(trainer, loader)).toBeGreaterThan(0.4);
    await trainer.release();
  });
});
