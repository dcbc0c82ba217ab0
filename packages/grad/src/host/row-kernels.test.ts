import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRowMemory } from './row-kernels.js';

const rows = fc
  .integer({ min: 0, max: 21 })
  .chain((n) =>
    fc.tuple(...[1, 2].map(() => fc.array(fc.integer({ min: -99, max: 99 }), { minLength: n, maxLength: n }))),
  );

describe('the row kernels', () => {
  it('agree with plain loops for every length, and touch nothing beyond', () => {
    const memory = createRowMemory();
    fc.assert(
      fc.property(rows, fc.integer({ min: -9, max: 9 }), ([x, y], a) => {
        const n = x!.length;
        const numbers = memory.floats(0, 64).fill(7);
        numbers.set(x!, 0);
        numbers.set(y!, 32);
        memory.axpy(4 * 32, 0, n, a);
        expect([...numbers.subarray(32, 32 + n)]).toEqual(y!.map((value, i) => value + a * x![i]! + 0));
        expect([...numbers.subarray(32 + n)].every((value) => value === 7)).toBe(true);
        expect(memory.squareSum(0, n)).toBe(x!.reduce((total, value) => total + value * value, 0));
      }),
    );
  });

  it('say what to do where there is not enough memory, be it for a table or a model', () => {
    const reserving = () => createRowMemory().reserve(2 ** 33);
    expect(reserving).toThrow(expect.objectContaining({ code: 'shape' }));
    expect(reserving).toThrow(/^8589934592 bytes .* Use a table of fewer rows, or a smaller model\.$/);
  });

  it('make steps of Adam', () => {
    const memory = createRowMemory();
    fc.assert(
      fc.property(rows, ([values, gradient]) => {
        const n = values!.length;
        const numbers = memory.floats(0, 128).fill(7);
        [values!, gradient!].forEach((each, i) => {
          numbers.set(each, 32 * i);
        });
        numbers.fill(2, 64, 64 + n).fill(3, 96, 96 + n);
        memory.adam(0, 4 * 32, 4 * 64, 4 * 96, n, 0.5, 0.25, 0.75, 2, 0.1, 1.5, 0.01);
        for (let i = 0; i < n; i++) {
          const [mean, square] = [1 + 0.25 * gradient![i]!, 2.25 + 2 * gradient![i]! ** 2];
          expect([numbers[64 + i], numbers[96 + i]]).toEqual([mean, square]);
          expect(numbers[i]).toBeCloseTo(values![i]! - (0.1 * mean) / (Math.sqrt(square) * 1.5 + 0.01), 4);
        }
        for (const start of [0, 32, 64, 96]) {
          expect([...numbers.subarray(start + n, start + 32)].every((value) => value === 7)).toBe(true);
        }
      }),
    );
  });
});
