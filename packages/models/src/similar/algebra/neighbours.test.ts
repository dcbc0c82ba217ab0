import { createRandom } from '@vitrine/grad';
import { describe, expect, it } from 'vitest';
import { neighboursOfAll } from './neighbours.js';

describe('neighboursOfAll', () => {
  it('finds for each row the ten others with the largest inner products, best first', async () => {
    const random = createRandom(1, 'rows');
    const [rows, columns] = [200, 5];
    const data = Float32Array.from({ length: rows * columns }, () => random.normal());
    const inner = (a: number, b: number) =>
      data.subarray(a * columns, (a + 1) * columns).reduce((sum, value, k) => sum + value * data[b * columns + k]!, 0);
    const expected = Array.from({ length: rows }, (_, row) =>
      Array.from({ length: rows }, (_, other) => other)
        .filter((other) => other !== row)
        .sort((a, b) => inner(row, b) - inner(row, a))
        .slice(0, 10),
    );
    expect(await neighboursOfAll({ rows, columns, data })).toEqual(expected);
    expect(await neighboursOfAll({ rows, columns, data }, { atOnce: 7 })).toEqual(expected);
  });

  it('finds all others where there are fewer, and for one row none', async () => {
    const data = Float32Array.from([1, 0, 0.5, 0, 2, 0]);
    expect(await neighboursOfAll({ rows: 3, columns: 2, data })).toEqual([
      [2, 1],
      [2, 0],
      [0, 1],
    ]);
    expect(await neighboursOfAll({ rows: 1, columns: 2, data: data.subarray(0, 2) })).toEqual([[]]);
  });
});
