import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CheckpointPart } from '../checkpoint/checkpoint.js';
import { softmaxCrossEntropy } from '../losses/cross-entropy.js';
import { dropout } from '../nn/dropout.js';
import { linear } from '../nn/linear.js';
import type { NamedArray } from '../nn/state.js';
import { relu } from '../ops/relu.js';
import { sqrt } from '../ops/sqrt.js';
import { square } from '../ops/square.js';
import { sum } from '../ops/sum.js';
import { adamW } from '../optim/adam.js';
import { stepDecay } from '../optim/schedule.js';
import { createRandom } from '../random.js';
import type { Build } from './build.js';
import { createTrainer, type TrainerOptions } from './trainer.js';

/** Two interleaved half-rings: not separable by a line. */
function rings(count: number, seed: number) {
  const random = createRandom(seed);
  const x = new Float32Array(count * 2);
  const label = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    label[i] = random.integer(2);
    const angle = random.uniform() * Math.PI;
    const side = label[i] ? -1 : 1;
    x[2 * i] = Math.cos(angle) * side + (label[i] ? 1 : 0) + random.normal() * 0.1;
    x[2 * i + 1] = Math.sin(angle) * side + (label[i] ? 0.5 : 0) + random.normal() * 0.1;
  }
  return { x, label };
}

const build: Build = ({ scope, input }) => {
  const x = input('x', [2]);
  const hidden = dropout(scope, relu(linear(scope.child('hidden'), x, 32)), 0.1);
  const logits = linear(scope.child('out'), hidden, 2);
  return { loss: softmaxCrossEntropy(logits, input('label', [], 'int32')), outputs: { logits } };
};

const options: TrainerOptions = {
  seed: 7,
  build,
  batchSize: 64,
  optimizer: adamW(),
  clipNorm: 1,
  session: { threads: 1 },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grad-trainer-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function accuracy(trainer: Awaited<ReturnType<typeof createTrainer>>): Promise<number> {
  const { x, label } = rings(500, 99);
  const logits = (await trainer.evaluate({ x })).outputs.logits!;
  return label.filter((expected, i) => Number(logits[2 * i + 1]! > logits[2 * i]!) === expected).length / label.length;
}

describe('a trainer', () => {
  it('learns what a line cannot separate', async () => {
    const trainer = await createTrainer(options);
    expect(await accuracy(trainer)).toBeLessThan(0.9);
    for (let step = 0; step < 300; step++) await trainer.step(rings(64, step), { lr: 0.02 });
    expect(await accuracy(trainer)).toBeGreaterThan(0.97);
    await trainer.release();
  });

  it('draws its weights from the seed: the same from the same, all others from another', async () => {
    const drawn = async (seed: number) => {
      const trainer = await createTrainer({ ...options, seed });
      const weights = [...trainer.weights()].filter(([name]) => name.endsWith('weight'));
      await trainer.release();
      return weights.map(([, { data }]) => data);
    };
    const [one, same, other] = [await drawn(7), await drawn(7), await drawn(8)];
    expect(same).toEqual(one);
    for (const [i, weights] of other.entries()) {
      const alike = weights.filter((value, k) => value === one[i]![k]).length;
      expect(alike).toBeLessThan(0.05 * weights.length);
    }
  });

  it('goes on after a resume with the same losses to the bit', async () => {
    const whole = await createTrainer(options);
    const losses: number[] = [];
    for (let step = 0; step < 12; step++) losses.push((await whole.step(rings(64, step), { lr: 0.02 })).loss);

    const first = await createTrainer(options);
    for (let step = 0; step < 5; step++) await first.step(rings(64, step), { lr: 0.02 });
    const file = join(folder, 'resume.safetensors');
    await first.save(file, { epoch: 3 });

    const second = await createTrainer({ ...options, seed: 8 });
    expect(await second.load(file)).toEqual({ epoch: 3 });
    expect(second.stepsDone).toBe(5);
    const resumed: number[] = [];
    for (let step = 5; step < 12; step++) resumed.push((await second.step(rings(64, step), { lr: 0.02 })).loss);
    expect(resumed).toEqual(losses.slice(5));
    expect([...second.weights()]).toEqual([...whole.weights()]);
  });

  it('refuses a checkpoint cut short at any place, and keeps its state', async () => {
    const trainer = await createTrainer(options);
    const file = join(folder, 'whole.safetensors');
    await trainer.save(file);
    const bytes = await readFile(file);
    const before = trainer.weights();
    for (const length of [0, 4, 8, 100, bytes.length - 5000, bytes.length - 1]) {
      const cut = join(folder, 'cut.safetensors');
      await writeFile(cut, bytes.subarray(0, length));
      await expect(trainer.load(cut)).rejects.toMatchObject({ name: 'GradError', code: 'checkpoint' });
    }
    expect(trainer.weights()).toEqual(before);
  });
});

describe('a checkpoint with state outside the graph', () => {
  const part = (arrays: Map<string, NamedArray>): CheckpointPart => ({
    arrays: () => arrays,
    restore: (saved) => expect(saved).toEqual(arrays),
  });
  const table = part(new Map([['rows', { shape: [1], data: Float32Array.of(1) }]]));
  const nothing = part(new Map());

  it('is refused by a trainer without it', async () => {
    const file = join(folder, 'more.safetensors');
    await (await createTrainer({ ...options, parts: { table } })).save(file);
    const without = await createTrainer(options);
    await expect(without.load(file)).rejects.toMatchObject({
      code: 'checkpoint',
      message: expect.stringContaining("'part:table'"),
    });
    await (await createTrainer({ ...options, parts: { table } })).load(file);
  });

  it('may hold a part with no arrays', async () => {
    const file = join(folder, 'empty.safetensors');
    const trainer = await createTrainer({ ...options, parts: { nothing } });
    await trainer.save(file, 'extra');
    expect(await trainer.load(file)).toBe('extra');
  });
});

describe('a step', () => {
  it.each([0, -1, 2.5])('has examples: a batch of %s is refused', async (batchSize) => {
    await expect(createTrainer({ ...options, batchSize })).rejects.toThrow('batchSize must be 1 or more');
  });

  it.each([
    { clipNorm: 0 },
    { clipNorm: -1 },
    { clipNorm: Number.NaN },
    { averageDecay: 1 },
    { averageDecay: -0.1 },
    { accumulate: 0.5 },
    { accumulate: -64 },
    { accumulate: 3 },
    { seed: Number.NaN },
    { seed: Number.POSITIVE_INFINITY },
  ])('has options in their range: %j is refused', async (wrong) => {
    await expect(createTrainer({ ...options, ...wrong })).rejects.toMatchObject({ code: 'graph' });
  });

  it('ignores a declared input on which nothing depends, and names one that is missing or unknown', async () => {
    const trainer = await createTrainer({
      ...options,
      build: (context) => {
        context.input('note', [3]);
        return build(context);
      },
    });
    const { x, label } = rings(64, 1);
    await trainer.step({ x, label, note: new Float32Array(192) }, { lr: 0.01 });
    await expect(trainer.step({ x }, { lr: 0.01 })).rejects.toThrow("'label' is missing");
    await expect(trainer.step({ x, label, y: x }, { lr: 0.01 })).rejects.toThrow("no input 'y'");
    await expect(trainer.step({ x: x.subarray(2), label }, { lr: 0.01 })).rejects.toMatchObject({ code: 'feed' });
    expect(trainer.stepsDone).toBe(1);
  });

  it('leaves the weights alone when the loss is not finite', async () => {
    const trainer = await createTrainer(options);
    const { x, label } = rings(64, 1);
    const before = trainer.weights();
    await expect(trainer.step({ x: x.fill(Number.NaN), label }, { lr: 0.01 })).rejects.toMatchObject({
      code: 'not-finite',
    });
    expect(trainer.weights()).toEqual(before);
    expect(trainer.stepsDone).toBe(0);
  });

  it('leaves the weights alone when only the gradient is not finite and its norm is wanted, even unlimited', async () => {
    // The square root of zero is zero, and its slope infinite.
    const rooted: Build = ({ scope, input }) => ({ loss: sum(sqrt(square(linear(scope, input('x', [2]), 1)))) });
    const trainer = await createTrainer({
      ...options,
      clipNorm: Number.POSITIVE_INFINITY,
      batchSize: 1,
      build: rooted,
    });
    trainer.setWeights(new Map([...trainer.weights()].map(([name, w]) => [name, { ...w, data: w.data.fill(0) }])));
    const before = trainer.weights();
    const step = trainer.step({ x: Float32Array.of(1, 2) }, { lr: 0.01 });
    await expect(step).rejects.toMatchObject({ code: 'not-finite', message: expect.stringContaining('gradient') });
    expect(trainer.weights()).toEqual(before);
    expect(trainer.stepsDone).toBe(0);
  });

  it('refuses a learning rate that is no number, before it gets into the weights', async () => {
    const trainer = await createTrainer(options);
    const before = trainer.weights();
    await expect(trainer.step(rings(64, 1), { lr: stepDecay(0.1, 0)(0) })).rejects.toMatchObject({ code: 'feed' });
    expect(trainer.weights()).toEqual(before);
  });
});

describe('a build without a loss', () => {
  it.each([
    ['nothing', undefined],
    ['no loss', {}],
    ['a promise', Promise.resolve()],
  ])('is refused: it returns %s', async (_, result) => {
    const wrong = { ...options, build: vi.fn().mockReturnValue(result) };
    await expect(createTrainer(wrong)).rejects.toMatchObject({
      name: 'GradError',
      code: 'graph',
      message: expect.stringContaining('returned no loss'),
    });
  });
});

describe('calls that overlap', () => {
  it('are refused, and the one under way is not disturbed', async () => {
    const trainer = await createTrainer(options);
    const alone = await createTrainer(options);
    const first = trainer.step(rings(64, 1), { lr: 0.01 });
    const busy = { name: 'GradError', code: 'busy' };
    await expect(trainer.step(rings(64, 2), { lr: 0.01 })).rejects.toMatchObject(busy);
    await expect(trainer.save(join(folder, 'early.safetensors'))).rejects.toMatchObject(busy);
    await expect(trainer.load(join(folder, 'early.safetensors'))).rejects.toThrow("trainer's step is not done");
    expect(() => trainer.setWeights(alone.weights())).toThrow('await it first');
    expect((await first).loss).toBe((await alone.step(rings(64, 1), { lr: 0.01 })).loss);
    expect((await trainer.step(rings(64, 2), { lr: 0.01 })).loss).toBe(
      (await alone.step(rings(64, 2), { lr: 0.01 })).loss,
    );
    expect(trainer.weights()).toEqual(alone.weights());
  });

  it('are refused beside an evaluation, which others may accompany', async () => {
    const trainer = await createTrainer(options);
    const alone = await createTrainer(options);
    const busy = { name: 'GradError', code: 'busy' };
    const { x, label } = rings(64, 1);
    const evaluations = [trainer.evaluate({ x, label }), trainer.evaluate({ x, label })];
    await expect(trainer.step({ x, label }, { lr: 1 })).rejects.toMatchObject(busy);
    expect(() => trainer.setWeights(alone.weights())).toThrow("trainer's evaluation is not done");
    const { loss } = await alone.evaluate({ x, label });
    expect((await Promise.all(evaluations)).map((each) => each.loss)).toEqual([loss, loss]);
    const step = trainer.step({ x, label }, { lr: 0.01 });
    await expect(trainer.evaluate({ x })).rejects.toMatchObject(busy);
    await step;
    await trainer.evaluate({ x });
  });

  it('are possible again after one failed', async () => {
    const trainer = await createTrainer(options);
    await expect(trainer.step({}, { lr: 0.01 })).rejects.toMatchObject({ code: 'feed' });
    await expect(trainer.evaluate({ unknown: Float32Array.of(1) })).rejects.toMatchObject({ code: 'feed' });
    await trainer.step(rings(64, 1), { lr: 0.01 });
    expect(trainer.stepsDone).toBe(1);
  });
});

describe('a trainer that was released', () => {
  it('refuses all work, and to be released again does nothing', async () => {
    const trainer = await createTrainer(options);
    const { x, label } = rings(64, 1);
    await trainer.evaluate({ x });
    const weights = trainer.weights();
    await trainer.release();
    await trainer.release();
    const closed = { name: 'GradError', code: 'closed' };
    await expect(trainer.evaluate({ x })).rejects.toMatchObject(closed);
    await expect(trainer.step({ x, label }, { lr: 0.01 })).rejects.toMatchObject(closed);
    await expect(trainer.save(join(folder, 'late.safetensors'))).rejects.toMatchObject(closed);
    expect(() => trainer.setWeights(weights)).toThrow(expect.objectContaining(closed));
    expect(trainer.weights()).toEqual(weights);
  });
});

describe('evaluation', () => {
  it('takes any number of examples, gives the loss when labels are fed, and has no dropout', async () => {
    const trainer = await createTrainer(options);
    const { x, label } = rings(10, 1);
    const all = await trainer.evaluate({ x, label });
    expect(all.loss).toBeGreaterThan(0);
    const parts = [0, 7].map((from) => trainer.evaluate({ x: x.slice(2 * from, from === 0 ? 14 : 20) }));
    const [first, second] = await Promise.all(parts);
    [...first!.outputs.logits!, ...second!.outputs.logits!].forEach((value, i) => {
      expect(value).toBeCloseTo(all.outputs.logits![i]!, 5);
    });
    await expect(trainer.evaluate({ x, label: label.slice(1) })).rejects.toThrow('do not agree');
    await expect(trainer.evaluate({ label })).rejects.toThrow('Nothing can be computed');
  });

  it('sees weights put back from a snapshot', async () => {
    const trainer = await createTrainer(options);
    const { x, label } = rings(64, 1);
    const before = trainer.weights();
    const { loss } = await trainer.evaluate({ x, label });
    await trainer.step({ x, label }, { lr: 0.1 });
    expect((await trainer.evaluate({ x, label })).loss).not.toBe(loss);
    trainer.setWeights(before);
    expect((await trainer.evaluate({ x, label })).loss).toBe(loss);
    expect(() => trainer.setWeights(new Map())).toThrow('lack');
  });

  it('sees no weights put back that do not all fit', async () => {
    const trainer = await createTrainer(options);
    const before = trainer.weights();
    const other = [...before].map(([name, { shape, data }], i): [string, NamedArray] => [
      name,
      { shape, data: i === 0 ? data.map((value) => value + 1) : data.subarray(1) },
    ]);
    expect(() => trainer.setWeights(new Map(other))).toThrow(expect.objectContaining({ code: 'parameter' }));
    expect(trainer.weights()).toEqual(before);
  });
});
