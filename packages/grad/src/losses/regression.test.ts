import { describe, expect, it } from 'vitest';
import { grad } from '../gradient.js';
import type { Tensor } from '../graph/tensor.js';
import { checkGradient, evaluateOp, normals } from '../testing/check-gradient.js';
import { huberLoss } from './huber.js';
import { meanSquaredError } from './mean-squared-error.js';

const vector = (...values: number[]) => ({ shape: [values.length], data: Float32Array.from(values) });

describe('meanSquaredError', () => {
  it('averages the squared differences', async () => {
    expect((await evaluateOp(meanSquaredError, [vector(1, 2, 3), vector(1, 0, 6)]))[0]).toBeCloseTo(13 / 3, 5);
    await checkGradient({
      shapes: [
        [3, 4],
        [3, 4],
      ],
      op: meanSquaredError,
    });
  });

  it('refuses targets that would be broadcast unnoticed', async () => {
    const wrong = [
      { shape: [3], data: normals([3]) },
      { shape: [3, 1], data: normals([3, 1]) },
    ];
    await expect(evaluateOp(meanSquaredError, wrong)).rejects.toMatchObject({ code: 'shape' });
    await expect(evaluateOp((a, b) => huberLoss(a!, b!), wrong)).rejects.toMatchObject({ code: 'shape' });
  });
});

describe('huberLoss', () => {
  it('is a parabola near zero and straight beyond delta', async () => {
    const inputs = [vector(0.5, -3, 1e4, 0), vector(0, 0, 0, 0)];
    const loss = await evaluateOp((a, b) => huberLoss(a!, b!), inputs);
    expect(loss[0]).toBeCloseTo((0.125 + 2.5 + 9999.5) / 4, 2);
    const slope = await evaluateOp((a, b) => grad(huberLoss(a!, b!, { delta: 2 }), [a!])[0]!, inputs);
    expect([...slope]).toEqual([0.125, -0.5, 0.5, 0]);
  });

  it.each([0, -1, Number.NaN])('refuses a delta of %d', async (delta) => {
    const run = evaluateOp((a, b) => huberLoss(a!, b!, { delta }), [vector(1), vector(2)]);
    await expect(run).rejects.toMatchObject({
      code: 'graph',
      message: expect.stringContaining('delta must be above 0'),
    });
  });

  it('has both gradients', async () => {
    const both = {
      shapes: [
        [4, 5],
        [4, 5],
      ],
      op: (a: Tensor, b: Tensor) => huberLoss(a, b),
    };
    await checkGradient(both);
    await checkGradient({ ...both, op: (a, b) => huberLoss(a!, b!, { delta: 0.3 }) });
  });
});
