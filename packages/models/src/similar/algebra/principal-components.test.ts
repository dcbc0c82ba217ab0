import { createRandom } from '@vitrine/grad';
import { describe, expect, it } from 'vitest';
import type { Matrix } from './matrix.js';
import { principalComponents } from './principal-components.js';

const COLUMNS = 40;

/** Rows that deviate by 9, 3 and 1 along three axes, about a mean of 5, and not at all along the others. */
function rows(count: number): Matrix {
  const random = createRandom(1, 'rows');
  const data = new Float32Array(count * COLUMNS).fill(5);
  for (let row = 0; row < count; row++) {
    for (const [axis, deviation] of [9, 3, 1].entries()) data[row * COLUMNS + axis]! += deviation * random.normal();
  }
  return { rows: count, columns: COLUMNS, data };
}

describe('principalComponents', () => {
  it('are the directions of the largest variance, in order', async () => {
    const { mean, axes, variances } = await principalComponents(rows(400), { components: 3, seed: 1 });
    expect(Math.abs(mean[COLUMNS - 1]! - 5)).toBeLessThan(1e-4);
    for (const [i, deviation] of [9, 3, 1].entries()) {
      expect(Math.sqrt(variances[i]!) / deviation).toBeCloseTo(1, 0);
      expect(Math.abs(axes.data[i * COLUMNS + i]!)).toBeGreaterThan(0.98);
      expect(Math.hypot(...axes.data.subarray(i * COLUMNS, (i + 1) * COLUMNS))).toBeCloseTo(1, 4);
    }
  });

  it('are as many as the rows vary in', async () => {
    const many = await principalComponents(rows(400), { components: 20, seed: 1 });
    expect(many.axes.rows).toBe(3);
    const few = await principalComponents(rows(3), { components: 20, seed: 1 });
    expect(few.axes.rows).toBe(2);
  });
});
