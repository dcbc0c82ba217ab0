import { createRandom } from '@vitrine/grad';
import { describe, expect, it } from 'vitest';
import { type Matrix, matrixOf, unitRows } from './algebra/matrix.js';
import { reciprocalNeighbours } from './reciprocal-neighbours.js';

/** Directions in the plane, in degrees. */
function directions(...degrees: number[]): Matrix {
  const radians = degrees.map((degree) => (degree * Math.PI) / 180);
  return matrixOf(
    radians.map((angle) => [Math.cos(angle), Math.sin(angle)]),
    2,
  );
}

describe('reciprocal neighbours', () => {
  it('are the nearest that have each other, best first, and the row itself where there are fewer', async () => {
    // 40° has 10° and 5° nearest, which have others nearer.
    const found = await reciprocalNeighbours(directions(0, 5, 10, 40), 2);
    expect(found).toEqual(Int32Array.of(1, 2, 0, 2, 1, 0, 3, 3));
  });

  it('are the rows themselves where there is no other', async () => {
    expect(await reciprocalNeighbours(directions(0), 3)).toEqual(Int32Array.of(0, 0, 0));
    expect(await reciprocalNeighbours(directions(0, 90), 3)).toEqual(Int32Array.of(1, 0, 0, 0, 1, 1));
  });

  it('agree with the definition, pair by pair', async () => {
    const [rows, count] = [700, 4];
    const random = createRandom(1, 'vectors');
    const vectors = unitRows({
      rows,
      columns: 8,
      data: Float32Array.from({ length: rows * 8 }, () => random.normal()),
    });
    const score = (a: number, b: number) => {
      let sum = 0;
      for (let k = 0; k < 8; k++) sum += vectors.data[a * 8 + k]! * vectors.data[b * 8 + k]!;
      return sum;
    };
    const nearest = Array.from({ length: rows }, (_, row) =>
      [...Array(rows).keys()]
        .filter((other) => other !== row)
        .sort((a, b) => score(row, b) - score(row, a))
        .slice(0, count),
    );
    const expected = nearest.flatMap((near, row) => near.map((other) => (nearest[other]!.includes(row) ? other : row)));
    expect([...(await reciprocalNeighbours(vectors, count))]).toEqual(expected);
  });

  it('are looked for within groups, where rows are many', async () => {
    // Every other row is of one group.
    const found = await reciprocalNeighbours(directions(0, 1, 3, 4), 1, { among: 2 });
    expect(found).toEqual(Int32Array.of(2, 3, 0, 1));
  });

  it('are not looked for once the training is stopped', async () => {
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(reciprocalNeighbours(directions(0, 1), 1, { signal })).rejects.toThrow('stopped');
  });
});
