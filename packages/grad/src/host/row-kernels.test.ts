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
});
