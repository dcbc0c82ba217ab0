import { createRandom } from '@vitrine/grad';
import { describe, expect, it } from 'vitest';
import { type Matrix, unitRows } from '../algebra/matrix.js';
import { neighbourMap, type Place } from './neighbour-map.js';

const KINDS = 4;

/** Vectors about four directions, in turn. */
function vectors(count: number): Matrix {
  const random = createRandom(1, 'vectors');
  const data = Float32Array.from({ length: count * 16 }, (_, i) => {
    const [row, column] = [Math.floor(i / 16), i % 16];
    return (column === row % KINDS ? 1 : 0) + 0.1 * random.normal();
  });
  return unitRows({ rows: count, columns: 16, data });
}

function anywhere(count: number): Place[] {
  const random = createRandom(1, 'places');
  return Array.from({ length: count }, () => [random.normal(), random.normal()]);
}

describe('neighbourMap', () => {
  it('brings what is alike together, wherever it began', () => {
    const places = neighbourMap(vectors(120), anywhere(120));
    const kept = places.filter(([x, y], i) => {
      const distances = places.map(([u, v], j) => (i === j ? Number.POSITIVE_INFINITY : (u - x) ** 2 + (v - y) ** 2));
      return distances.indexOf(Math.min(...distances)) % KINDS === i % KINDS;
    });
    expect(kept.length).toBeGreaterThan(114);
  });

  it('gives the same map again', () => {
    expect(neighbourMap(vectors(40), anywhere(40))).toEqual(neighbourMap(vectors(40), anywhere(40)));
  });

  it.each([0, 1, 2, 3, 5])('leaves finite places for %d vectors', (count) => {
    const places = neighbourMap(vectors(count), anywhere(count));
    expect(places).toHaveLength(count);
    expect(places.flat().every(Number.isFinite)).toBe(true);
  });
});
