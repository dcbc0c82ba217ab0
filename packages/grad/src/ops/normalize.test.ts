import { describe, expect, it } from 'vitest';
import { grad } from '../gradient.js';
import { checkGradient, evaluateOp, normals } from '../testing/check-gradient.js';
import { mul } from './mul.js';
import { normalize } from './normalize.js';
import { sum } from './sum.js';

describe('normalize', () => {
  it('gives vectors of length 1 in the same direction', async () => {
    const rows = { shape: [2, 2], data: Float32Array.of(3, 4, -6e4, 8e4) };
    const y = await evaluateOp((x) => normalize(x!), [rows]);
    [0.6, 0.8, -0.6, 0.8].forEach((value, i) => {
      expect(y[i]).toBeCloseTo(value, 6);
    });
  });

  it('does not depend on the length of its input', async () => {
    const data = normals([4, 6]);
    const y = await evaluateOp((x) => normalize(x!), [{ shape: [4, 6], data }]);
    const scaled = await evaluateOp((x) => normalize(mul(x!, 1000)), [{ shape: [4, 6], data }]);
    y.forEach((value, i) => {
      expect(scaled[i]).toBeCloseTo(value, 5);
    });
  });

  it('leaves a zero vector at zero, without a gradient', async () => {
    const rows = { shape: [2, 3], data: Float32Array.of(0, 0, 0, 1, 2, 2) };
    const y = await evaluateOp((x) => normalize(x!), [rows]);
    expect([...y.subarray(0, 3)]).toEqual([0, 0, 0]);
    const slope = await evaluateOp((x) => grad(sum(normalize(x!)), [x!])[0]!, [rows]);
    expect([...slope.subarray(0, 3)]).toEqual([0, 0, 0]);
    expect(slope[3]).toBeCloseTo(1 / 3 - 5 / 27, 5);
  });

  it.each([
    [[3, 5], -1],
    [[3, 5], 0],
    [[2, 4, 3], 1],
    [[7], 0],
  ])('has a gradient for %j along axis %i', async (shape, axis) => {
    await checkGradient({ shapes: [shape], op: (x) => normalize(x!, axis) });
  });
});
