import { describe, expect, it } from 'vitest';
import { epochOrder } from './order.js';

describe('epochOrder', () => {
  it('is a permutation of the examples that depends on seed and epoch alone', () => {
    const order = epochOrder(100, 1, 2);
    expect(order.toSorted()).toEqual(Int32Array.from({ length: 100 }, (_, i) => i));
    expect(epochOrder(100, 1, 2)).toEqual(order);
    expect(epochOrder(100, 2, 2)).not.toEqual(order);
    expect(epochOrder(100, 1, 3)).not.toEqual(order);
    expect(epochOrder([7, 5, 9], 1, 0).toSorted()).toEqual(Int32Array.of(5, 7, 9));
    expect(epochOrder(0, 1, 0)).toHaveLength(0);
  });

  it.each([-1, 2.5, Number.NaN, 2 ** 33])('refuses %s examples', (examples) => {
    expect(() => epochOrder(examples, 1, 0)).toThrow(
      expect.objectContaining({
        code: 'data',
        message: `An epoch's examples must be a number from 0 to 2147483647, not ${examples}.`,
      }),
    );
  });
});
