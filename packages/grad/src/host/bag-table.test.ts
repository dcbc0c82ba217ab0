import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GradError } from '../errors.js';
import { softmaxCrossEntropy } from '../losses/cross-entropy.js';
import { linear } from '../nn/linear.js';
import { adam } from '../optim/adam.js';
import { createRandom } from '../random.js';
import { createTrainer } from '../training/trainer.js';
import { BagTable } from './bag-table.js';
import type { Bags } from './bags.js';
import type { RowOptimizerChoice } from './row-optimizer.js';

const bags: Bags = {
  offsets: Int32Array.of(0, 2, 2, 5),
  indices: Int32Array.of(1, 3, 3, 1, 3),
  weights: Float32Array.of(1, 2, 0.5, -1, 4),
};

/** A table whose row r is [10r, 10r + 1]. */
function counting(optimizer: RowOptimizerChoice): BagTable {
  const table = new BagTable({ rows: 5, dim: 2, seed: 1, optimizer });
  for (let i = 0; i < 10; i++) table.weight[i] = 10 * (i >> 1) + (i & 1);
  return table;
}

describe('a bag table', () => {
  it('sums the weighted rows of each bag, with zeros for an empty one', () => {
    expect([...counting({ kind: 'sgd' }).gather(bags)]).toEqual([70, 73, 0, 0, 125, 128.5]);
  });

  it('starts from values of the deviation asked for, the same for the same seed', () => {
    const options = { rows: 500, dim: 8, seed: 4, deviation: 0.3 };
    const { weight } = new BagTable(options);
    const variance = weight.reduce((total, value) => total + value * value, 0) / weight.length;
    expect(Math.sqrt(variance)).toBeCloseTo(0.3, 1);
    expect(new BagTable(options).weight).toEqual(weight);
    expect(new BagTable({ ...options, deviation: 0 }).weight.every((value) => value === 0)).toBe(true);
  });

  it.each<[object, string]>([
    [{ rows: -1 }, 'rows must be 1 or more, not -1.'],
    [{ rows: 1.5 }, 'rows must be 1 or more, not 1.5.'],
    [{ dim: 0 }, 'dim must be 1 or more, not 0.'],
    [{ deviation: Number.NaN }, 'deviation must be 0 or more, not NaN.'],
    [{ optimizer: { kind: 'lion' } }, "optimizer.kind must be sgd, adagrad or adam, not 'lion'."],
  ])('refuses %j', (wrong, message) => {
    expect(() => new BagTable({ rows: 5, dim: 2, seed: 1, ...wrong })).toThrow(
      expect.objectContaining({ code: 'parameter', message }),
    );
  });

  it('updates only the rows used, once each, with the sum of their gradients', () => {
    const table = counting({ kind: 'sgd' });
    table.apply(bags, Float32Array.of(1, 0, 9, 9, 0, 2), { lr: 0.5 });
    // Row 1: 1·[1, 0] − 1·[0, 2]; row 3: 2·[1, 0] + 4.5·[0, 2].
    expect([...table.weight]).toEqual([0, 1, 9.5, 12, 20, 21, 29, 26.5, 40, 41]);
  });

  it('divides by the root of the accumulated mean square per row with Adagrad', () => {
    const table = counting({ kind: 'adagrad', epsilon: 0 });
    const one: Bags = { offsets: Int32Array.of(0, 1), indices: Int32Array.of(2) };
    table.apply(one, Float32Array.of(3, 4), { lr: 1 });
    const first = Math.sqrt((9 + 16) / 2);
    expect(table.weight[4]).toBeCloseTo(20 - 3 / first, 5);
    table.apply(one, Float32Array.of(0, 2), { lr: 1 });
    expect(table.weight[5]).toBeCloseTo(21 - 4 / first - 2 / Math.sqrt((9 + 16) / 2 + 2), 5);
  });

  it('takes a first Adam step of the learning rate in the direction of the sign', () => {
    const table = counting({ kind: 'adam' });
    table.apply(bags, Float32Array.of(1, 0, 9, 9, 0, 2), { lr: 0.1 });
    expect(table.weight[2]).toBeCloseTo(9.9, 5);
    expect(table.weight[7]).toBeCloseTo(30.9, 5);
    expect(table.weight[0]).toBe(0);
  });

  it('refuses malformed bags before it changes anything', () => {
    const table = counting({ kind: 'sgd' });
    const before = [...table.weight];
    for (const bad of [
      { offsets: Int32Array.of(0, 1), indices: Int32Array.of(5) },
      { offsets: Int32Array.of(0, 1), indices: Int32Array.of(-1) },
      { offsets: Int32Array.of(0, 2, 1), indices: Int32Array.of(0, 0) },
      { offsets: Int32Array.of(0, 3), indices: Int32Array.of(0, 0) },
      { offsets: Int32Array.of(0, 2), indices: Int32Array.of(0, 0), weights: Float32Array.of(1) },
    ]) {
      expect(() => table.gather(bad)).toThrow(GradError);
      expect(() => table.apply(bad, new Float32Array(2), { lr: 1 })).toThrow(GradError);
    }
    expect([...table.weight]).toEqual(before);
  });
});

describe('a step of a bag table', () => {
  it.each([
    ['a learning rate that is no number', Number.NaN, 0],
    ['a gradient that is no number', 0.1, Number.NaN],
    ['an infinite gradient', 0.1, Number.NEGATIVE_INFINITY],
  ])('refuses %s before it changes anything', (_, lr, last) => {
    const [table, other] = [counting({ kind: 'sgd' }), counting({ kind: 'sgd' })];
    const step = (gradient: number[], rate: number) => () =>
      table.apply(bags, Float32Array.from(gradient), { lr: rate });
    expect(step([1, 0, 9, 9, 0, last], lr)).toThrow(expect.objectContaining({ code: 'feed' }));
    expect([...table.weight]).toEqual([...other.weight]);
    step([1, 0, 9, 9, 0, 2], 0.5)();
    other.apply(bags, Float32Array.of(1, 0, 9, 9, 0, 2), { lr: 0.5 });
    expect([...table.weight]).toEqual([...other.weight]);
  });

  it('takes gradients whose squares are too large for float32', () => {
    const table = counting({ kind: 'sgd' });
    table.apply({ offsets: Int32Array.of(0, 1), indices: Int32Array.of(0) }, Float32Array.of(1e30, 0), { lr: 1e-30 });
    expect(table.weight[0]).toBeCloseTo(-1, 5);
  });
});

/** Ten words; the class of a bag is whether it holds more of the first five. */
function words(batch: number, seed: number): { bags: Bags; label: Int32Array } {
  const random = createRandom(seed);
  const offsets = Int32Array.from({ length: batch + 1 }, (_, i) => 5 * i);
  const indices = Int32Array.from({ length: 5 * batch }, () => random.integer(10));
  const label = Int32Array.from({ length: batch }, (_, b) =>
    indices.subarray(5 * b, 5 * b + 5).filter((word) => word < 5).length > 2 ? 1 : 0,
  );
  return { bags: { offsets, indices }, label };
}

async function trainable(optimizer: RowOptimizerChoice) {
  const table = new BagTable({ rows: 10, dim: 4, seed: 3, optimizer });
  const trainer = await createTrainer({
    seed: 3,
    batchSize: 32,
    optimizer: adam(),
    session: { threads: 1 },
    inputGradients: ['bag'],
    parts: { words: table },
    build: ({ scope, input }) => {
      const logits = linear(scope.child('out'), input('bag', [4]), 2);
      return { loss: softmaxCrossEntropy(logits, input('label', [], 'int32')), outputs: { logits } };
    },
  });
  const step = async (seed: number): Promise<number> => {
    const { bags: batch, label } = words(32, seed);
    const { loss, inputGradients } = await trainer.step({ bag: table.gather(batch), label }, { lr: 0.05 });
    table.apply(batch, inputGradients.bag!, { lr: 0.05 });
    return loss;
  };
  return { trainer, step };
}

describe.each(['adagrad', 'adam'] as const)('a table trained with %s beside a graph', (kind) => {
  it('learns, and goes on exactly from a checkpoint', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'grad-table-'));
    const whole = await trainable({ kind });
    const losses: number[] = [];
    for (let step = 0; step < 60; step++) losses.push(await whole.step(step));
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2);

    const first = await trainable({ kind });
    for (let step = 0; step < 30; step++) await first.step(step);
    await first.trainer.save(join(folder, 'table'));
    const second = await trainable({ kind });
    await second.trainer.load(join(folder, 'table'));
    const resumed: number[] = [];
    for (let step = 30; step < 60; step++) resumed.push(await second.step(step));
    expect(resumed).toEqual(losses.slice(30));
    await rm(folder, { recursive: true });
  });
});
