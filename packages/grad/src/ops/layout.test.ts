import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../graph/tensor.js';
import { checkGradient, evaluateOp, normals } from '../testing/check-gradient.js';
import { concat } from './concat.js';
import { mul } from './mul.js';
import { pad } from './pad.js';
import { flatten, reshape } from './reshape.js';
import { slice } from './slice.js';
import { split } from './split.js';
import { transpose } from './transpose.js';

/** 0, 1, 2, … in a shape. */
const counting = (shape: number[]) => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, i) => i),
});

describe('reshape', () => {
  it.each([
    [
      [2, 6],
      [3, 4],
    ],
    [
      [2, 6],
      [2, 2, 3],
    ],
    [
      [4, 3, 2],
      [4, -1],
    ],
    [[3, 4], [-1]],
    [[1], []],
    [[], [1, 1]],
  ])('takes %j to %j, keeping the order', async (from, to) => {
    expect(await evaluateOp((x) => reshape(x, to), [counting(from)])).toEqual(counting(from).data);
    await checkGradient({ shapes: [from], op: (x) => mul(reshape(x, to), 3) });
  });

  it('refuses another number of elements', async () => {
    await expect(evaluateOp((x) => reshape(x, [5]), [counting([2, 3])])).rejects.toMatchObject({ code: 'shape' });
    await expect(evaluateOp((x) => reshape(x, [-1, 4]), [counting([2, 3])])).rejects.toMatchObject({ code: 'shape' });
  });

  it.each([[[4, -1]], [[1.5, 4]], [[-2, -3]], [[0, -1]]])('refuses sizes that are not whole: %j', async (to) => {
    await expect(evaluateOp((x) => reshape(x, to), [counting([2, 3])])).rejects.toThrow(
      `[2, 3] cannot be reshaped to [${to.join(', ')}]`,
    );
  });

  it('flattens all but the batch', async () => {
    await evaluateOp(
      (x) => {
        const y = flatten(x);
        expect(y.shape).toEqual([2, 12]);
        return y;
      },
      [counting([2, 3, 4])],
    );
  });
});

describe('transpose', () => {
  it('moves elements to permuted places', async () => {
    expect([...(await evaluateOp((x) => transpose(x), [counting([2, 3])]))]).toEqual([0, 3, 1, 4, 2, 5]);
    expect([...(await evaluateOp((x) => transpose(x, [2, 0, 1]), [counting([2, 1, 3])]))]).toEqual([0, 3, 1, 4, 2, 5]);
  });

  it.each([[[1, 0, 2]], [[2, 0, 1]], [[2, 1, 0]], [[1, 2, 0]]])(
    'has a gradient and undoes its inverse for %j',
    async (order) => {
      await checkGradient({ shapes: [[2, 3, 5]], op: (x) => transpose(x, order) });
      const back = order.map((_, axis) => order.indexOf(axis));
      expect(await evaluateOp((x) => transpose(transpose(x, order), back), [counting([2, 3, 5])])).toEqual(
        counting([2, 3, 5]).data,
      );
    },
  );

  it('refuses what is not a permutation', async () => {
    await expect(evaluateOp((x) => transpose(x, [0, 0]), [counting([2, 3])])).rejects.toMatchObject({ code: 'shape' });
  });
});

describe('slice', () => {
  it('keeps the ranges named', async () => {
    expect([...(await evaluateOp((x) => slice(x, { 1: [1, 3] }), [counting([2, 4])]))]).toEqual([1, 2, 5, 6]);
    expect([...(await evaluateOp((x) => slice(x, { 0: [1, 2], 1: [-2, 4] }), [counting([2, 4])]))]).toEqual([6, 7]);
  });

  it.each([[{ 0: [1, 3] }], [{ 1: [0, 2], 2: [1, 5] }]] as const)('has a gradient for %j', async (ranges) => {
    await checkGradient({ shapes: [[3, 4, 5]], op: (x) => slice(x, ranges) });
  });

  it('refuses ranges outside the tensor', async () => {
    await expect(evaluateOp((x) => slice(x, { 0: [0, 3] }), [counting([2])])).rejects.toMatchObject({ code: 'shape' });
    await expect(evaluateOp((x) => slice(x, { 1: [0, 1] }), [counting([2])])).rejects.toMatchObject({ code: 'shape' });
  });

  it.each([[[0, 1.5]], [[Number.NaN, 2]], [[0, Number.NaN]]] as const)('refuses the places %j', async (range) => {
    await expect(evaluateOp((x) => slice(x, { 0: range }), [counting([2])])).rejects.toThrow(
      `The range [${range.join(', ')}] does not lie in axis 0 of [2]`,
    );
  });

  it('refuses an axis named twice', async () => {
    const twice = { 0: [0, 1], [-1]: [1, 2] } as const;
    await expect(evaluateOp((x) => slice(x, twice), [counting([2])])).rejects.toThrow('names an axis of [2] twice');
  });
});

describe('pad', () => {
  it('surrounds with the value', async () => {
    expect([...(await evaluateOp((x) => pad(x, [0, 1], [1, 0], 9), [counting([1, 2])]))]).toEqual([9, 0, 1, 9, 9, 9]);
    await checkGradient({ shapes: [[2, 3]], op: (x) => pad(x, [1, 0], [2, 3], 5) });
  });

  it.each([0.5, -1, Number.NaN])('refuses %d elements', async (count) => {
    await expect(evaluateOp((x) => pad(x, [count], [0]), [counting([2])])).rejects.toThrow('do not fit [2]');
  });

  it('is undone by the slice of its inside', async () => {
    const amount = fc.integer({ min: 0, max: 3 });
    await fc.assert(
      fc.asyncProperty(amount, amount, amount, amount, async (top, left, bottom, right) => {
        const inside = { 0: [top, top + 2], 1: [left, left + 3] } as const;
        const same = await evaluateOp((x) => slice(pad(x, [top, left], [bottom, right]), inside), [counting([2, 3])]);
        expect(same).toEqual(counting([2, 3]).data);
      }),
      { numRuns: 15 },
    );
  });
});

describe('concat and split', () => {
  it('join along an axis', async () => {
    const joined = await evaluateOp((a, b) => concat([a, b], -1), [counting([2, 2]), counting([2, 1])]);
    expect([...joined]).toEqual([0, 1, 0, 2, 3, 1]);
    await checkGradient({
      shapes: [
        [2, 2],
        [2, 3],
      ],
      op: (a, b) => concat([a!, b!], 1),
    });
    await checkGradient({
      shapes: [
        [1, 3],
        [4, 3],
        [2, 3],
      ],
      op: (a, b, c) => concat([a!, b!, c!], 0),
    });
  });

  it('undo each other', async () => {
    const again = await evaluateOp(
      (x) => {
        const [first, ...rest] = split(x, 3, 1);
        return concat([first!, ...rest], 1);
      },
      [counting([2, 6])],
    );
    expect(again).toEqual(counting([2, 6]).data);
  });

  it('pass zeros for a part that is not used', async () => {
    await checkGradient({ shapes: [[2, 6]], op: (x) => split(x, 3, 1)[1]! });
    await checkGradient({ shapes: [[4, 3]], op: (x) => mul(split(x, 2, 0)[0]!, split(x, 2, 0)[1]!) });
  });

  it('refuse shapes that do not fit', async () => {
    await expect(evaluateOp((a, b) => concat([a, b], 0), [counting([2, 2]), counting([2, 1])])).rejects.toMatchObject({
      code: 'shape',
    });
    await expect(evaluateOp((x) => split(x, 4, 0)[0]!, [{ shape: [6], data: normals([6]) }])).rejects.toMatchObject({
      code: 'shape',
    });
  });

  it.each([0, -1, -3, 1.5, Number.NaN])('refuse %d parts', async (count) => {
    await expect(evaluateOp((x) => split(x, count, 0)[0]!, [counting([3])])).rejects.toThrow(
      `Axis 0 of [3] cannot be cut into ${count} equal parts`,
    );
  });

  it('refuse nothing to join, and parts of several types', async () => {
    const none: Tensor[] = [];
    expect(() => concat(none as [Tensor, ...Tensor[]], 0)).toThrow('nothing to join');
    const mixed = [counting([2]), { shape: [2], data: Int32Array.of(1, 2) }];
    for (const parts of [mixed, mixed.toReversed()]) {
      const joined = evaluateOp((a, b) => concat([a!, b!], 0), parts);
      await expect(joined).rejects.toMatchObject({ code: 'dtype' });
    }
  });
});
