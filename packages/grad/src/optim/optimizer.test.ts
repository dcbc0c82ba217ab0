import { describe, expect, it } from 'vitest';
import { mul } from '../ops/mul.js';
import { sqrt } from '../ops/sqrt.js';
import { square } from '../ops/square.js';
import { sub } from '../ops/sub.js';
import { sum } from '../ops/sum.js';
import { createTrainer, type TrainerOptions } from '../training/trainer.js';
import { type AdamWOptions, adam, adamW } from './adam.js';
import type { Optimizer } from './optimizer.js';
import { type SgdOptions, sgd } from './sgd.js';

const start = [0.5, -1.5];
const target = [2, 1];
const stiffness = [1, 4];
const lr = 0.1;

/** Where three steps on Σ stiffness/2 · (p − target)² lead from `start`, for a parameter of the given shape. */
async function descend(
  optimizer: Optimizer,
  shape: number[],
  options: Partial<TrainerOptions> = {},
): Promise<number[]> {
  const trainer = await createTrainer({
    seed: 1,
    batchSize: 1,
    optimizer,
    session: { threads: 1 },
    build: ({ scope, input }) => {
      const p = scope.parameter('p', shape, () => Float32Array.from(start));
      const distance = sub(p, input('target', shape, 'float32', { batched: false }));
      const half = p.graph.constant(Float32Array.from(stiffness), shape);
      return { loss: mul(sum(mul(square(distance), half)), 0.5) };
    },
    ...options,
  });
  for (let step = 0; step < 3; step++) await trainer.step({ target: Float32Array.from(target) }, { lr });
  const weights = [...trainer.weights().get('p')!.data];
  await trainer.release();
  return weights;
}

/** The same three steps of a rule written down in double precision, element by element. */
function reference(rule: (p: number, g: number, step: number, memory: Record<string, number>) => number): number[] {
  return start.map((first, k) => {
    const memory: Record<string, number> = {};
    let p = first;
    for (let step = 1; step <= 3; step++) p = rule(p, stiffness[k]! * (p - target[k]!), step, memory);
    return p;
  });
}

function sgdReference({ momentum = 0, nesterov = false, weightDecay = 0 }: SgdOptions): number[] {
  return reference((p, gradient, step, memory) => {
    const g = gradient + weightDecay * p;
    memory.v = step === 1 ? g : momentum * memory.v! + g;
    return p - lr * (nesterov ? g + momentum * memory.v : memory.v);
  });
}

function adamReference(weightDecay: number): number[] {
  return reference((p, g, step, memory) => {
    memory.m = 0.9 * (memory.m ?? 0) + 0.1 * g;
    memory.v = 0.999 * (memory.v ?? 0) + 0.001 * g * g;
    const decayed = p * (1 - lr * weightDecay);
    return decayed - (lr * (memory.m / (1 - 0.9 ** step))) / (Math.sqrt(memory.v / (1 - 0.999 ** step)) + 1e-8);
  });
}

function expectClose(actual: number[], expected: number[]): void {
  expected.forEach((value, i) => {
    expect(actual[i]).toBeCloseTo(value, 5);
  });
}

describe('sgd', () => {
  it.each<SgdOptions>([{}, { momentum: 0.9 }, { momentum: 0.9, nesterov: true }, { momentum: 0.9, weightDecay: 0.1 }])(
    'follows its rule with %j',
    async (options) => {
      expectClose(await descend(sgd(options), [2, 1]), sgdReference(options));
    },
  );
});

describe('adam and adamW', () => {
  it('follow their rules', async () => {
    expectClose(await descend(adam(), [1, 2]), adamReference(0));
    expectClose(await descend(adamW({ weightDecay: 0.2 }), [1, 2]), adamReference(0.2));
  });

  it('leave 1-d parameters without decay unless asked', async () => {
    const options: AdamWOptions = { weightDecay: 0.2 };
    expectClose(await descend(adamW(options), [2]), adamReference(0));
    expectClose(await descend(adamW({ ...options, decayVectors: true }), [2]), adamReference(0.2));
    expectClose(await descend(sgd(options), [2]), sgdReference({}));
  });
});

describe('clipping', () => {
  it('scales the gradient down to the limit, keeping its direction', async () => {
    const clipped = await descend(sgd(), [2], { clipNorm: 1 });
    let expected = [...start];
    for (let step = 0; step < 3; step++) {
      const g = expected.map((p, k) => stiffness[k]! * (p - target[k]!));
      const factor = Math.min(1, 1 / (Math.hypot(...g) + 1e-6));
      expected = expected.map((p, k) => p - lr * factor * g[k]!);
    }
    expectClose(clipped, expected);
  });

  it('tells the norm before clipping, and refuses to update when it is not finite', async () => {
    const trainer = await createTrainer({
      seed: 1,
      batchSize: 1,
      optimizer: sgd(),
      clipNorm: 1,
      // The gradient of √p at 0 is infinite, while its value is not.
      build: ({ scope, input }) => {
        const p = scope.parameter('p', [1], () => Float32Array.of(4));
        return { loss: sum(sqrt(mul(p, input('x', [1])))) };
      },
    });
    expect((await trainer.step({ x: Float32Array.of(1) }, { lr: 0 })).gradientNorm).toBeCloseTo(0.25, 6);
    await expect(trainer.step({ x: Float32Array.of(0) }, { lr: 1 })).rejects.toMatchObject({ code: 'not-finite' });
    expect(trainer.weights().get('p')!.data[0]).toBe(4);
  });

  it('leaves a small gradient alone', async () => {
    expect(await descend(sgd(), [2], { clipNorm: 100 })).toEqual(await descend(sgd(), [2]));
  });
});

describe('the moving average', () => {
  it('is what inference sees, starting from the first weights', async () => {
    const average = await descend(sgd(), [2], { averageDecay: 0.5 });
    let p = [...start];
    let expected = [...start];
    for (let step = 0; step < 3; step++) {
      p = p.map((value, k) => value - lr * stiffness[k]! * (value - target[k]!));
      const decay = Math.min(0.5, (1 + step) / (10 + step));
      expected = expected.map((value, k) => decay * value + (1 - decay) * p[k]!);
    }
    expectClose(average, expected);
  });
});

describe('frozen parameters', () => {
  it('stay as they are', async () => {
    expect(await descend(adamW(), [2], { groups: [{ match: 'p', frozen: true }] })).toEqual(start);
  });
});
