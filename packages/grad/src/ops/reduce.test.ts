import { describe, expect, it } from 'vitest';
import { grad } from '../gradient.js';
import { checkGradient, evaluateOp, normals } from '../testing/check-gradient.js';
import { add } from './add.js';
import { linear } from './linear.js';
import { logSoftmax } from './log-softmax.js';
import { logSumExp } from './log-sum-exp.js';
import { matmul } from './matmul.js';
import { max } from './max.js';
import { mean } from './mean.js';
import { softmax } from './softmax.js';
import { sum } from './sum.js';
import { variance } from './variance.js';

describe.each([
  ['sum', sum, 1],
  ['mean', mean, 0],
] as const)('%s', (_, op, isSum) => {
  const data = Float32Array.of(1, 2, 3, 4, 5, 6);
  const reduce = (axes?: number[], keepAxes?: boolean) =>
    evaluateOp((x) => op(x, axes, keepAxes === undefined ? {} : { keepAxes }), [{ shape: [2, 3], data }]);

  it('reduces all axes, one, or several', async () => {
    expect([...(await reduce())]).toEqual([isSum ? 21 : 3.5]);
    expect([...(await reduce([0]))]).toEqual(isSum ? [5, 7, 9] : [2.5, 3.5, 4.5]);
    expect([...(await reduce([-1], true))]).toEqual(isSum ? [6, 15] : [2, 5]);
    expect([...(await reduce([0, 1]))]).toEqual([isSum ? 21 : 3.5]);
  });

  it.each([[undefined], [[0]], [[1, 2]], [[-1]]])('has a gradient over axes %j', async (axes) => {
    for (const keepAxes of [false, true])
      await checkGradient({ shapes: [[3, 2, 5]], op: (x) => op(x, axes, { keepAxes }) });
  });

  it('refuses an axis that does not exist', async () => {
    await expect(reduce([2])).rejects.toMatchObject({ code: 'shape' });
  });
});

describe('max', () => {
  const data = Float32Array.of(1, 5, 3, 5, 2, 5);

  it('is the largest over all axes, one, or several', async () => {
    const reduce = (axes?: number[]) => evaluateOp((x) => max(x!, axes), [{ shape: [2, 3], data }]);
    expect([...(await reduce())]).toEqual([5]);
    expect([...(await reduce([0]))]).toEqual([5, 5, 5]);
    expect([...(await reduce([-1]))]).toEqual([5, 5]);
  });

  it('shares the gradient among tied maxima', async () => {
    const slope = (axes?: number[]) => evaluateOp((x) => grad(sum(max(x!, axes)), [x!])[0]!, [{ shape: [2, 3], data }]);
    expect([...(await slope([1]))]).toEqual([0, 1, 0, 0.5, 0, 0.5]);
    expect([...(await slope([0]))]).toEqual([0, 1, 0, 1, 0, 1]);
  });

  it.each([[undefined], [[0]], [[1, 2]], [[-1]]])('has a gradient over axes %j', async (axes) => {
    for (const keepAxes of [false, true])
      await checkGradient({ shapes: [[3, 2, 5]], op: (x) => max(x!, axes, { keepAxes }) });
  });
});

describe('variance', () => {
  it('is the mean squared deviation, or the unbiased estimate', async () => {
    const rows = { shape: [2, 4], data: Float32Array.of(1, 2, 3, 4, 1e4, 1e4 + 1, 1e4 + 2, 1e4 + 3) };
    expect([...(await evaluateOp((x) => variance(x!, [1]), [rows]))]).toEqual([1.25, 1.25]);
    const unbiased = await evaluateOp((x) => variance(x!, [1], { unbiased: true, keepAxes: true }), [rows]);
    for (const value of unbiased) expect(value).toBeCloseTo(5 / 3, 5);
  });

  it.each([[undefined], [[0]], [[1, 2]], [[-1]]])('has a gradient over axes %j', async (axes) => {
    for (const unbiased of [false, true])
      await checkGradient({ shapes: [[3, 2, 5]], op: (x) => variance(x!, axes, { unbiased }) });
  });
});

describe.each([
  ['softmax', softmax, (x: number) => x],
  ['logSoftmax', logSoftmax, Math.exp],
] as const)('%s', (_, op, toProbability) => {
  it.each([
    [[4], -1],
    [[3, 5], 1],
    [[3, 5], 0],
    [[2, 3, 4], 1],
  ])('of %j along axis %i: probabilities that sum to 1, and a gradient', async (shape, axis) => {
    const totals = await evaluateOp((x) => op(x, axis), [{ shape, data: normals(shape) }]);
    const count = shape.reduce((p, n) => p * n, 1) / shape.at(axis)!;
    expect(totals.reduce((total, value) => total + toProbability(value), 0)).toBeCloseTo(count, 4);
    await checkGradient({ shapes: [shape], op: (x) => op(x, axis) });
  });

  it.each([-1, 0])('does not overflow along axis %i', async (axis) => {
    const data = Float32Array.of(1e4, 1e4, 1e4, 1e4);
    const y = await evaluateOp((x) => op(x, axis), [{ shape: [2, 2], data }]);
    for (const value of y) expect(toProbability(value)).toBeCloseTo(0.5, 6);
  });

  it('does not change when all logits move together', async () => {
    const logits = { shape: [3, 4], data: normals([3, 4]) };
    for (const axis of [0, 1]) {
      const y = await evaluateOp((x) => op(x, axis), [logits]);
      const moved = await evaluateOp((x) => op(add(x, 7), axis), [logits]);
      moved.forEach((value, i) => {
        expect(value).toBeCloseTo(y[i]!, 5);
      });
    }
  });
});

describe('logSumExp', () => {
  it('is the logarithm of the sum of exponentials, however large', async () => {
    const y = await evaluateOp((x) => logSumExp(x!), [{ shape: [2, 2], data: Float32Array.of(0, 0, -1e4, 1e4) }]);
    expect(y[0]).toBeCloseTo(Math.LN2, 6);
    expect(y[1]).toBe(1e4);
  });

  it.each([
    [[4], -1],
    [[3, 5], 0],
    [[2, 3, 4], 1],
  ])('has a gradient for %j along axis %i', async (shape, axis) => {
    for (const keepAxes of [false, true])
      await checkGradient({ shapes: [shape], op: (x) => logSumExp(x!, axis, { keepAxes }) });
  });
});

describe('matmul', () => {
  it.each([
    [
      [2, 3],
      [3, 4],
    ],
    [
      [1, 5],
      [5, 1],
    ],
    [
      [3, 2, 4],
      [3, 4, 5],
    ],
    [
      [3, 2, 4],
      [4, 5],
    ],
    [
      [2, 1, 3, 2],
      [5, 2, 3],
    ],
  ])('multiplies %j with %j and has both gradients', async (a, b) => {
    await checkGradient({ shapes: [a, b], op: matmul });
  });

  it('is the row by column product', async () => {
    const y = await evaluateOp(matmul, [
      { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
      { shape: [2, 1], data: Float32Array.of(10, 1) },
    ]);
    expect([...y]).toEqual([12, 34]);
  });

  it('refuses shapes that do not fit', async () => {
    const wrong = [
      { shape: [2, 2], data: normals([2, 2]) },
      { shape: [3, 1], data: normals([3, 1]) },
    ];
    await expect(evaluateOp(matmul, wrong)).rejects.toMatchObject({ code: 'shape' });
  });
});

describe('linear', () => {
  it.each([[[4, 3]], [[1, 3]], [[2, 5, 3]]])('maps %j and has all gradients', async (shape) => {
    await checkGradient({ shapes: [shape, [2, 3], [2]], op: linear });
    await checkGradient({ shapes: [shape, [2, 3]], op: (x, weight) => linear(x!, weight!) });
  });

  it('is x·Wᵀ + b', async () => {
    const y = await evaluateOp(linear, [
      { shape: [1, 2], data: Float32Array.of(1, 10) },
      { shape: [3, 2], data: Float32Array.of(1, 0, 0, 1, 1, 1) },
      { shape: [3], data: Float32Array.of(0.5, 0, -1) },
    ]);
    expect([...y]).toEqual([1.5, 10, 10]);
  });
});
