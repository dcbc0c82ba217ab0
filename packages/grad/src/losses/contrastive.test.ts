import { describe, expect, it } from 'vitest';
import { grad } from '../gradient.js';
import type { Tensor } from '../graph/tensor.js';
import { mul } from '../ops/mul.js';
import { checkGradient, evaluateOp, normals } from '../testing/check-gradient.js';
import { bprLoss } from './bpr.js';
import { inBatchSoftmaxLoss } from './in-batch-softmax.js';
import { ntXentLoss } from './nt-xent.js';
import { tripletLoss } from './triplet.js';

const [N, D] = [4, 5] as const;
const views = ['first', 'second', 'third'].map((name) => ({ shape: [N, D], data: normals([N, D], name) }));
const rowsOf = (data: Float32Array) => Array.from({ length: N }, (_, i) => [...data.subarray(i * D, i * D + D)]);
const [first, second, third] = views.map(({ data }) => rowsOf(data)) as [number[][], number[][], number[][]];

const dot = (a: number[], b: number[]) => a.reduce((total, value, i) => total + value * b[i]!, 0);
const logSumExp = (values: number[]) => Math.log(values.reduce((total, value) => total + Math.exp(value), 0));
const average = (values: number[]) => values.reduce((a, b) => a + b) / values.length;

describe('ntXentLoss', () => {
  it.each([
    [{}, 0.5],
    [{ temperature: 0.1 }, 0.1],
  ])('is the cross-entropy of finding the other view with options %j, temperature %d', async (options, temperature) => {
    const all = [...first, ...second].map((row) => row.map((value) => value / Math.sqrt(dot(row, row))));
    const losses = all.map((row, i) => {
      const scores = all.map((other) => dot(row, other) / temperature);
      return logSumExp(scores.filter((_, j) => j !== i)) - scores[(i + N) % (2 * N)]!;
    });
    const loss = await evaluateOp((a, b) => ntXentLoss(a!, b!, options), views.slice(0, 2));
    expect(loss[0]).toBeCloseTo(average(losses), 4);
  });

  it('does not tell the views apart, nor their lengths', async () => {
    const loss = await evaluateOp((a, b) => ntXentLoss(a!, b!), views.slice(0, 2));
    const swapped = await evaluateOp((a, b) => ntXentLoss(mul(b!, 100), mul(a!, 0.01)), views.slice(0, 2));
    expect(swapped[0]).toBeCloseTo(loss[0]!, 5);
  });

  it('has both gradients', async () => {
    await checkGradient({
      shapes: [
        [N, D],
        [N, D],
      ],
      op: (a, b) => ntXentLoss(a!, b!, { temperature: 0.3 }),
    });
  });

  it('stays finite for zero vectors, a low temperature and a single example', async () => {
    const zeros = { shape: [N, D], data: new Float32Array(N * D) };
    const options = { temperature: 0.01 };
    const slope = await evaluateOp((a, b) => grad(ntXentLoss(a!, b!, options), [a!])[0]!, [zeros, views[1]!]);
    expect(slope.every(Number.isFinite)).toBe(true);
    const one = views.slice(0, 2).map(({ data }) => ({ shape: [1, D], data: data.slice(0, D) }));
    expect((await evaluateOp((a, b) => ntXentLoss(a!, b!, options), one))[0]).toBeCloseTo(0, 4);
  });

  it('refuses views of different shapes', async () => {
    const short = { shape: [N - 1, D], data: normals([N - 1, D]) };
    await expect(evaluateOp((a, b) => ntXentLoss(a!, b!), [views[0]!, short])).rejects.toMatchObject({ code: 'shape' });
  });
});

describe('inBatchSoftmaxLoss', () => {
  const frequency = { shape: [N], data: Float32Array.of(0.5, 0.1, 0.2, 0.2).map(Math.log) };
  const items = { shape: [N], data: Int32Array.of(7, 3, 7, 9) };
  const temperature = 0.7;

  it('corrects scores by frequency and leaves out the same item in other rows', async () => {
    const losses = first.map((query, i) => {
      const scores = second.map((candidate, j) => dot(query, candidate) / temperature - frequency.data[j]!);
      const others = scores.filter((_, j) => j === i || items.data[j] !== items.data[i]);
      return logSumExp(others) - scores[i]!;
    });
    const loss = await evaluateOp(
      (q, c, f, ids) => inBatchSoftmaxLoss(q!, c!, { logFrequency: f!, items: ids!, temperature }),
      [...views.slice(0, 2), frequency, items],
    );
    expect(loss[0]).toBeCloseTo(average(losses), 4);
  });

  it('needs neither', async () => {
    const losses = first.map((query, i) => {
      const scores = second.map((candidate) => dot(query, candidate));
      return logSumExp(scores) - scores[i]!;
    });
    const loss = await evaluateOp((q, c) => inBatchSoftmaxLoss(q!, c!), views.slice(0, 2));
    expect(loss[0]).toBeCloseTo(average(losses), 4);
  });

  it('has both gradients', async () => {
    await checkGradient({
      shapes: [
        [N, D],
        [N, D],
      ],
      op: (q, c) => {
        const { graph } = q!;
        const [logFrequency, ids] = [graph.constant(frequency.data), graph.constant(items.data)];
        return inBatchSoftmaxLoss(q!, c!, { logFrequency, items: ids, temperature });
      },
    });
  });

  it('stays finite for extreme scores and a batch of one item', async () => {
    const same = { shape: [N], data: new Int32Array(N) };
    const inputs = [...views.slice(0, 2), same];
    const loss = (q: (typeof inputs)[0]) =>
      evaluateOp((a, c, ids) => inBatchSoftmaxLoss(mul(a!, 1e4), c!, { items: ids! }), [q, ...inputs.slice(1)]);
    expect((await loss(inputs[0]!))[0]).toBeCloseTo(0, 2);
    const slope = await evaluateOp((q, c) => grad(inBatchSoftmaxLoss(mul(q!, 1e4), c!), [c!])[0]!, views.slice(0, 2));
    expect(slope.every(Number.isFinite)).toBe(true);
  });

  it('refuses what does not fit', async () => {
    const wrong = { shape: [N + 1], data: normals([N + 1]) };
    const run = evaluateOp(
      (q, c, f) => inBatchSoftmaxLoss(q!, c!, { logFrequency: f! }),
      [...views.slice(0, 2), wrong],
    );
    await expect(run).rejects.toMatchObject({ code: 'shape' });
  });
});

describe('bprLoss', () => {
  it('is the mean of −log σ of the differences', async () => {
    const losses = first.flatMap((row, i) => row.map((value, d) => Math.log1p(Math.exp(second[i]![d]! - value))));
    expect((await evaluateOp(bprLoss, views.slice(0, 2)))[0]).toBeCloseTo(average(losses), 5);
  });

  it('compares one chosen item with many others, and stays finite', async () => {
    await checkGradient({
      shapes: [
        [N, 1],
        [N, D],
      ],
      op: bprLoss,
    });
    const far = [
      { shape: [2, 1], data: Float32Array.of(1e4, -1e4) },
      { shape: [2, 1], data: Float32Array.of(-1e4, 1e4) },
    ];
    expect((await evaluateOp(bprLoss, far))[0]).toBe(1e4);
    const slope = await evaluateOp((a, b) => grad(bprLoss(a!, b!), [a!])[0]!, far);
    expect(slope[0]).toBeCloseTo(0, 6);
    expect(slope[1]).toBeCloseTo(-0.5, 6);
  });
});

describe('tripletLoss', () => {
  const loss = (a: Tensor, p: Tensor, n: Tensor) => tripletLoss(a, p, n);

  it('asks the positive to be nearer by the margin', async () => {
    const distance = (a: number[], b: number[]) =>
      Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0));
    const losses = first.map((row, i) => Math.max(0, distance(row, second[i]!) - distance(row, third[i]!) + 1));
    expect((await evaluateOp(loss, views))[0]).toBeCloseTo(average(losses), 4);
    await checkGradient({
      shapes: [
        [N, D],
        [N, D],
        [N, D],
      ],
      op: loss,
    });
  });

  it('refuses vectors that would be broadcast unnoticed', async () => {
    const one = { shape: [D], data: normals([D]) };
    await expect(evaluateOp(loss, [views[0]!, views[1]!, one])).rejects.toMatchObject({ code: 'shape' });
  });

  it('has a finite gradient where vectors coincide', async () => {
    const slope = await evaluateOp((a) => grad(tripletLoss(a!, a!, a!), [a!])[0]!, views.slice(0, 1));
    expect(slope.every(Number.isFinite)).toBe(true);
  });
});
