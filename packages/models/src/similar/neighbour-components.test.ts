import { createRandom } from '@vitrine/grad';
import { describe, expect, it } from 'vitest';
import { type Matrix, unitRows } from './algebra/matrix.js';
import { neighbourComponents } from './neighbour-components.js';

const COLUMNS = 6;

/** Rows of deviation 1 along each column, in four kinds that the last two columns tell; the others are noise. */
function kinds(count: number): Matrix {
  const random = createRandom(1, 'kinds');
  const data = new Float32Array(count * COLUMNS);
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      const side = column === COLUMNS - 2 ? row % 2 : Math.floor(row / 2) % 2;
      const isTelling = column >= COLUMNS - 2;
      data[row * COLUMNS + column] = isTelling ? 2 * side - 1 + 0.1 * random.normal() : random.normal();
    }
  }
  return { rows: count, columns: COLUMNS, data };
}

describe('the components that neighbours share', () => {
  it('are those in which the rows of a kind lie close together, and count more than noise', async () => {
    const rows = kinds(400);
    const { axes, weights } = await neighbourComponents(rows, unitRows(rows));
    const along = (axis: number) => Math.hypot(...axes.data.subarray((axis + 1) * COLUMNS - 2, (axis + 1) * COLUMNS));
    expect([along(0), along(1)].map((length) => length > 0.98)).toEqual([true, true]);
    expect(along(2)).toBeLessThan(0.2);
    expect([...weights]).toEqual([...weights].sort((a, b) => b - a));
    expect(weights[1]! / weights[2]!).toBeGreaterThan(2);
  });

  it('are directions of length 1, across each other', async () => {
    const rows = kinds(100);
    const { axes } = await neighbourComponents(rows, unitRows(rows));
    for (let one = 0; one < COLUMNS; one++) {
      for (let other = 0; other <= one; other++) {
        let sum = 0;
        for (let k = 0; k < COLUMNS; k++) sum += axes.data[one * COLUMNS + k]! * axes.data[other * COLUMNS + k]!;
        expect(sum).toBeCloseTo(one === other ? 1 : 0, 4);
      }
    }
  });
});
