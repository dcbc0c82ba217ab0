import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSafetensors } from '../checkpoint/read-safetensors.js';
import { mul } from '../ops/mul.js';
import { sqrt } from '../ops/sqrt.js';
import { square } from '../ops/square.js';
import { sub } from '../ops/sub.js';
import { sum } from '../ops/sum.js';
import type { Build } from '../training/build.js';
import { createTrainer, type Trainer, type TrainerOptions } from '../training/trainer.js';
import { type AdagradOptions, adagrad } from './adagrad.js';
import { type AdamOptions, type AdamWOptions, adam, adamW } from './adam.js';
import { lars } from './lars.js';
import type { Optimizer } from './optimizer.js';
import { type SgdOptions, sgd } from './sgd.js';

const start = [0.5, -1.5];
const target = [2, 1];
const stiffness = [1, 4];
const lr = 0.1;

const feeds = { target: Float32Array.from(target) };

/** The loss Σ stiffness/2 · (p − target)², of a parameter of the given shape that begins at `from`. */
function quadratic(shape: number[], from: readonly number[] = start): Build {
  return ({ scope, input }) => {
    const p = scope.parameter('p', shape, () => Float32Array.from(from));
    const distance = sub(p, input('target', shape, 'float32', { batched: false }));
    const half = p.graph.constant(Float32Array.from(stiffness), shape);
    return { loss: mul(sum(mul(square(distance), half)), 0.5) };
  };
}

function trainerOf(optimizer: Optimizer, shape: number[], options: Partial<TrainerOptions> = {}): Promise<Trainer> {
  return createTrainer({
    seed: 1,
    batchSize: 1,
    optimizer,
    session: { threads: 1 },
    build: quadratic(shape),
    ...options,
  });
}

/** Where three steps lead from `start`. */
async function descend(
  optimizer: Optimizer,
  shape: number[],
  options: Partial<TrainerOptions> = {},
): Promise<number[]> {
  const trainer = await trainerOf(optimizer, shape, options);
  for (let step = 0; step < 3; step++) await trainer.step(feeds, { lr });
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

interface AdamReference extends AdamOptions {
  /** Added to the gradient. */
  readonly penalty?: number;
  /** Taken off the parameter. */
  readonly decay?: number;
}

function adamReference(options: AdamReference = {}): number[] {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, penalty = 0, decay = 0 } = options;
  return reference((p, gradient, step, memory) => {
    const g = gradient + penalty * p;
    memory.m = beta1 * (memory.m ?? 0) + (1 - beta1) * g;
    memory.v = beta2 * (memory.v ?? 0) + (1 - beta2) * g * g;
    const root = Math.sqrt(memory.v / (1 - beta2 ** step));
    return p * (1 - lr * decay) - (lr * (memory.m / (1 - beta1 ** step))) / (root + epsilon);
  });
}

function adagradReference({ epsilon = 1e-10, penalty = 0 }: AdagradOptions & { penalty?: number }): number[] {
  return reference((p, gradient, _, memory) => {
    const g = gradient + penalty * p;
    memory.s = (memory.s ?? 0) + g * g;
    return p - (lr * g) / (Math.sqrt(memory.s) + epsilon);
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
    expectClose(await descend(adam(), [1, 2]), adamReference());
    expectClose(await descend(adamW({ weightDecay: 0.2 }), [1, 2]), adamReference({ decay: 0.2 }));
  });

  it.each<AdamOptions>([{ beta1: 0.5 }, { beta2: 0.7 }, { epsilon: 0.5 }])('take %j', async (options) => {
    expectClose(await descend(adam(options), [2]), adamReference(options));
    expectClose(await descend(adamW({ ...options, weightDecay: 0 }), [2]), adamReference(options));
  });

  it('decay a group as each of them decays: in the gradient, and apart from it', async () => {
    const groups = [{ match: 'p', weightDecay: 0.5 }];
    expectClose(await descend(adam(), [2], { groups }), adamReference({ penalty: 0.5 }));
    expectClose(await descend(adamW(), [2], { groups }), adamReference({ decay: 0.5 }));
  });

  it('leave 1-d parameters without decay unless asked', async () => {
    const options: AdamWOptions = { weightDecay: 0.2 };
    expectClose(await descend(adamW(options), [2]), adamReference());
    expectClose(await descend(adamW({ ...options, decayVectors: true }), [2]), adamReference({ decay: 0.2 }));
    expectClose(await descend(sgd(options), [2]), sgdReference({}));
  });
});

describe('adagrad', () => {
  it('follows its rule', async () => {
    const expected = adagradReference({});
    expectClose(await descend(adagrad(), [1, 2]), expected);
    // Rows of one element, and 1-d parameters, are elements.
    expectClose(await descend(adagrad({ rowWise: true }), [2, 1]), expected);
    expectClose(await descend(adagrad({ rowWise: true }), [2]), expected);
  });

  it('takes an epsilon, and the weight decay of a group as a penalty', async () => {
    expectClose(await descend(adagrad({ epsilon: 0.5 }), [2]), adagradReference({ epsilon: 0.5 }));
    const groups = [{ match: 'p', weightDecay: 0.5 }];
    expectClose(await descend(adagrad(), [2], { groups }), adagradReference({ penalty: 0.5 }));
  });

  it('by rows shares the mean of the squares of a row', async () => {
    let expected = [...start];
    let total = 0;
    for (let step = 0; step < 3; step++) {
      const g = expected.map((p, k) => stiffness[k]! * (p - target[k]!));
      total += (g[0]! ** 2 + g[1]! ** 2) / 2;
      expected = expected.map((p, k) => p - (lr * g[k]!) / Math.sqrt(total));
    }
    expectClose(await descend(adagrad({ rowWise: true }), [1, 2]), expected);
  });

  it('by rows keeps one number a row, also in checkpoints', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'grad-adagrad-'));
    const file = join(directory, 'rows.safetensors');
    const first = await trainerOf(adagrad({ rowWise: true }), [1, 2]);
    await first.step(feeds, { lr });
    await first.save(file);
    expect((await readSafetensors(file)).arrays.get('optimizer>p/square')?.shape).toEqual([1, 1]);
    const second = await trainerOf(adagrad({ rowWise: true }), [1, 2]);
    await second.load(file);
    for (const trainer of [first, second]) await trainer.step(feeds, { lr });
    expect(second.weights()).toEqual(first.weights());
    await rm(directory, { recursive: true });
  });
});

describe('lars', () => {
  /** Three steps of the rule for the whole parameter. */
  function larsReference(adapts: boolean, decay: number): number[] {
    let p = [...start];
    let v = [0, 0];
    for (let step = 0; step < 3; step++) {
      const g = p.map((value, k) => stiffness[k]! * (value - target[k]!) + decay * value);
      const rate = adapts ? (lr * 0.02 * Math.hypot(...p)) / Math.hypot(...g) : lr;
      v = v.map((value, k) => 0.9 * value + rate * g[k]!);
      p = p.map((value, k) => value - v[k]!);
    }
    return p;
  }

  it('scales matrices by the ratio of the norms, and leaves vectors to momentum without decay', async () => {
    const optimizer = lars({ trust: 0.02, weightDecay: 0.1 });
    expectClose(await descend(optimizer, [1, 2]), larsReference(true, 0.1));
    expectClose(await descend(optimizer, [2]), larsReference(false, 0));
  });

  it('moves a parameter that is zero at first, and leaves one without a gradient where it is', async () => {
    const zeros = await trainerOf(lars(), [1, 2], { build: quadratic([1, 2], [0, 0]) });
    await zeros.step(feeds, { lr });
    const moved = [...zeros.weights().get('p')!.data];
    expectClose(moved, [lr * stiffness[0]! * target[0]!, lr * stiffness[1]! * target[1]!]);
    const there = await trainerOf(lars({ weightDecay: 0 }), [1, 2], { build: quadratic([1, 2], target) });
    await there.step(feeds, { lr });
    expect([...there.weights().get('p')!.data]).toEqual(target);
  });
});

describe('settings out of their range', () => {
  it.each<[string, () => Optimizer, string]>([
    ['beta1 of 1', () => adam({ beta1: 1 }), 'beta1 must be'],
    ['beta2 of 1', () => adamW({ beta2: 1 }), 'beta2 must be'],
    ['beta1 of NaN', () => adam({ beta1: Number.NaN }), 'beta1 must be'],
    ['a negative epsilon of Adam', () => adam({ epsilon: -1 }), 'epsilon must be'],
    ['a negative decay of AdamW', () => adamW({ weightDecay: -1 }), 'weightDecay must be'],
    ['momentum of NaN', () => sgd({ momentum: Number.NaN }), 'momentum must be'],
    ['a negative decay of SGD', () => sgd({ weightDecay: -1 }), 'weightDecay must be'],
    ['a negative epsilon of Adagrad', () => adagrad({ epsilon: -1 }), 'epsilon must be'],
    ['an infinite trust', () => lars({ trust: Number.POSITIVE_INFINITY }), 'trust must be'],
    ['momentum of 1', () => lars({ momentum: 1 }), 'momentum must be'],
    ['a negative decay of LARS', () => lars({ weightDecay: -1 }), 'weightDecay must be'],
  ])('are refused: %s', (_, make, sentence) => {
    expect(make).toThrow(expect.objectContaining({ code: 'graph', message: expect.stringContaining(sentence) }));
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

  it.each<[string, Optimizer]>([
    ['kept on the host', sgd()],
    ['kept in the graph', adagrad()],
  ])('is what evaluation sees, %s', async (_, optimizer) => {
    const trainer = await trainerOf(optimizer, [2], { averageDecay: 0.9 });
    for (let step = 0; step < 3; step++) await trainer.step(feeds, { lr });
    const average = trainer.weights().get('p')!.data;
    const loss = stiffness.reduce((sum, k, i) => sum + (k / 2) * (average[i]! - target[i]!) ** 2, 0);
    expect((await trainer.evaluate(feeds)).loss).toBeCloseTo(loss, 5);
  });
});

describe('frozen parameters', () => {
  it('stay as they are', async () => {
    expect(await descend(adamW(), [2], { groups: [{ match: 'p', frozen: true }] })).toEqual(start);
  });
});
