import { describe, expect, it } from 'vitest';
import { grad } from '../gradient.js';
import type { Tensor } from '../graph/tensor.js';
import { checkGradient, evaluateOp, normals } from '../testing/check-gradient.js';
import { maskedSoftmax } from './masked-softmax.js';
import { mul } from './mul.js';
import { softmax } from './softmax.js';
import { sum } from './sum.js';

const shape = [3, 4];
/** The second row has no place at all. */
const mask = [1, 0, 1, 1, ...[0, 0, 0, 0], ...[0, 0, 1, 0]];
const masked = (x: Tensor) => maskedSoftmax(x, x.graph.constant(Float32Array.from(mask), shape));

/** eˣ over the sum of those of its row's places, in double precision. */
function reference(x: Float32Array, counts: (index: number) => boolean): number[] {
  return Array.from(x, (value, i) => {
    const row = [0, 1, 2, 3].map((column) => i - (i % 4) + column).filter(counts);
    return counts(i) ? Math.exp(value) / row.reduce((total, at) => total + Math.exp(x[at]!), 0) : 0;
  });
}

describe('maskedSoftmax', () => {
  const data = normals(shape);

  it('is the softmax of the places that count, zero elsewhere and in a row without any', async () => {
    const expected = reference(data, (i) => mask[i] === 1);
    (await evaluateOp(masked, [{ shape, data }])).forEach((value, i) => {
      if (mask[i]) expect(value).toBeCloseTo(expected[i]!, 6);
      else expect(Math.abs(value)).toBe(0);
    });
  });

  it('broadcasts one mask over all rows', async () => {
    const columns = Float32Array.of(0, 1, 1, 0);
    const y = await evaluateOp((x) => maskedSoftmax(x!, x!.graph.constant(columns)), [{ shape, data }]);
    const expected = reference(data, (i) => columns[i % 4] === 1);
    y.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 6);
    });
  });

  it('is softmax without a mask', async () => {
    const y = await evaluateOp((x) => maskedSoftmax(x!), [{ shape, data }]);
    expect(y).toEqual(await evaluateOp((x) => softmax(x!), [{ shape, data }]));
  });

  it.each([1e4, 1e30, Number.NaN, Number.POSITIVE_INFINITY])(
    'does not see what is left out, be it %d',
    async (loud) => {
      const filled = data.map((value, i) => (mask[i] ? value : loud));
      expect(await evaluateOp(masked, [{ shape, data: filled }])).toEqual(await evaluateOp(masked, [{ shape, data }]));
    },
  );

  it('has a gradient, which is zero where nothing counts', async () => {
    await checkGradient({ shapes: [shape], op: masked });
    const weights = normals(shape, 'weights');
    const slope = await evaluateOp(
      (x) => grad(sum(mul(masked(x!), x!.graph.constant(weights, shape))), [x!])[0]!,
      [{ shape, data }],
    );
    slope.forEach((value, i) => {
      if (!mask[i]) expect(Math.abs(value)).toBe(0);
    });
  });
});
