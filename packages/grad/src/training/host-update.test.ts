import { describe, expect, it } from 'vitest';
import { linear } from '../nn/linear.js';
import type { NamedArray } from '../nn/state.js';
import { mean } from '../ops/mean.js';
import { square } from '../ops/square.js';
import { adam, adamW } from '../optim/adam.js';
import type { Optimizer } from '../optim/optimizer.js';
import { sgd } from '../optim/sgd.js';
import { createRandom } from '../random.js';
import { createTrainer, type Trainer, type TrainerOptions } from './trainer.js';

const random = createRandom(3);
// 150 · 131 numbers: more than one stretch, and not a multiple of four.
const x = Float32Array.from({ length: 4 * 150 }, () => random.normal());
const options: Omit<TrainerOptions, 'optimizer'> = {
  seed: 5,
  batchSize: 4,
  session: { threads: 1 },
  groups: [{ match: 'slow', lrScale: 0.25, weightDecay: 0.3 }],
  build({ scope, input }) {
    const hidden = linear(scope.child('wide'), input('x', [150]), 131);
    return { loss: mean(square(linear(scope.child('slow'), hidden, 3))) };
  },
};

async function trained(optimizer: Optimizer, more: Partial<TrainerOptions> = {}): Promise<Trainer> {
  const trainer = await createTrainer({ ...options, optimizer, ...more });
  for (let step = 0; step < 5; step++) await trainer.step({ x }, { lr: 0.01 });
  return trainer;
}

function inGraph({ updateOnHost: _, ...optimizer }: Optimizer): Optimizer {
  return optimizer;
}

function largestDifference(a: ReadonlyMap<string, NamedArray>, b: ReadonlyMap<string, NamedArray>): number {
  let largest = 0;
  for (const [name, { data }] of a) {
    data.forEach((value, i) => {
      largest = Math.max(largest, Math.abs(value - b.get(name)!.data[i]!));
    });
  }
  return largest;
}

/** The runtime's vectorized square root is not rounded as WebAssembly's. */
const ROOTS = 1e-6;

describe('an update on the host', () => {
  it.each([
    ['Adam', adam(), ROOTS],
    ['AdamW', adamW({ weightDecay: 0.1 }), ROOTS],
    ['plain SGD', sgd(), 0],
    ['SGD with momentum', sgd({ momentum: 0.9 }), 0],
    ['SGD with weight decay', sgd({ momentum: 0.9, weightDecay: 0.1 }), 0],
  ])('%s is the update of the graph', async (_, optimizer, tolerance) => {
    const [host, graph] = [await trained(optimizer), await trained(inGraph(optimizer))];
    expect(largestDifference(host.weights(), graph.weights())).toBeLessThanOrEqual(tolerance);
    await Promise.all([host.release(), graph.release()]);
  });

  it('works from clipped gradients', async () => {
    const more = { clipNorm: 0.01 };
    const [host, graph] = [await trained(adam(), more), await trained(inGraph(adam()), more)];
    expect(largestDifference(host.weights(), graph.weights())).toBeLessThan(ROOTS);
    await Promise.all([host.release(), graph.release()]);
  });

  it('moves averages as the graph does', async () => {
    const more = { averageDecay: 0.6 };
    const [host, graph] = [await trained(adam(), more), await trained(inGraph(adam()), more)];
    expect(largestDifference(host.weights(), graph.weights())).toBeLessThan(ROOTS);
    expect(largestDifference(host.weights(), (await trained(adam())).weights())).toBeGreaterThan(1e-3);
    await Promise.all([host.release(), graph.release()]);
  });

  it.each([{}, { averageDecay: 0.6 }])(
    'leaves weights handed out as they are, and takes over others: %j',
    async (more) => {
      const trainer = await trained(adam(), more);
      const before = trainer.weights();
      const copy = new Map([...before].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]));
      await trainer.step({ x }, { lr: 0.01 });
      expect(largestDifference(before, copy)).toBe(0);
      expect(largestDifference(trainer.weights(), before)).toBeGreaterThan(1e-3);
      trainer.setWeights(before);
      expect(largestDifference(trainer.weights(), before)).toBe(0);
      await trainer.release();
    },
  );
});
