import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from './random.js';

const draw = (count: number, ...seed: [number, ...(string | number)[]]) => {
  const random = createRandom(...seed);
  return Array.from({ length: count }, () => random.uniform());
};

describe('random numbers', () => {
  it('repeat for the same seed and purpose, and differ for others', () => {
    expect(draw(5, 1, 'mask', 3)).toEqual(draw(5, 1, 'mask', 3));
    const others = [
      draw(1, 1),
      draw(1, 2),
      draw(1, 1, 'mask'),
      draw(1, 1, 'mask', 3),
      draw(1, 1, 'mask', 4),
      draw(1, 0.5),
    ];
    expect(new Set(others.flat()).size).toBe(others.length);
  });

  it('have the moments of their distributions', () => {
    const random = createRandom(1);
    const count = 20_000;
    const uniform = Array.from({ length: count }, random.uniform);
    const normal = Array.from({ length: count }, random.normal);
    const mean = (values: number[]) => values.reduce((total, value) => total + value, 0) / values.length;
    expect(mean(uniform)).toBeCloseTo(1 / 2, 1);
    expect(mean(uniform.map((value) => value ** 2))).toBeCloseTo(1 / 3, 1);
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(mean(normal.map((value) => value ** 2))).toBeCloseTo(1, 1);
  });

  it('stay inside their range', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 9 }), (seed, bound) => {
        const random = createRandom(seed);
        for (let i = 0; i < 50; i++) {
          const value = random.integer(bound);
          expect(Number.isInteger(value) && value >= 0 && value < bound).toBe(true);
        }
      }),
    );
  });

  it('shuffle arrays of anything without losing an item', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.integer(), (items, seed) => {
        expect(
          createRandom(seed)
            .shuffle([...items])
            .sort(),
        ).toEqual([...items].sort());
      }),
    );
    const order = createRandom(1).shuffle(Int32Array.from({ length: 100 }, (_, i) => i));
    expect([...order]).not.toEqual([...order].sort((a, b) => a - b));
  });
});
