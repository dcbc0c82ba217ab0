import { createRandom } from '@vitrine/grad';
import { describe, expect, it } from 'vitest';
import { solvePositiveDefinite } from './positive-definite.js';

describe('solvePositiveDefinite', () => {
  it('finds what the matrix makes the right side of', () => {
    const random = createRandom(1, 'numbers');
    const numbers = (rows: number, columns: number) =>
      Array.from({ length: rows }, () => Float64Array.from({ length: columns }, () => random.normal()));
    const [half, expected] = [numbers(12, 20), numbers(12, 3)];
    const a = half.map((row) =>
      Float64Array.from(half, (other) => row.reduce((sum, value, k) => sum + value * other[k]!, 0)),
    );
    const b = a.map((row) =>
      Float64Array.from([0, 1, 2], (c) => row.reduce((sum, value, k) => sum + value * expected[k]![c]!, 0)),
    );
    const found = solvePositiveDefinite(a, b);
    for (const [i, row] of found.entries()) {
      for (const [c, value] of row.entries()) expect(value).toBeCloseTo(expected[i]![c]!, 6);
    }
  });
});
