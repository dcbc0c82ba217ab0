import { describe, expect, it } from 'vitest';
import { Graph } from '../graph/graph.js';
import { checkGradient, evaluateOp, normals } from '../testing/check-gradient.js';
import { mul } from './mul.js';
import { type OneHotOptions, oneHot } from './one-hot.js';

const CLASSES = 4;
/** Two of them are of no class. */
const labels = Int32Array.of(2, 0, -1, 3, 4, 1);
const shape = [2, 3];

const encoded = async (options?: OneHotOptions) => [
  ...(await evaluateOp((x) => oneHot(x!, CLASSES, options), [{ shape, data: labels }])),
];

/** For every element of the result, by its place among those before the new axis, its class and its place after. */
function reference(axis: 0 | 1 | 2, ignored?: number): number[] {
  const after = shape.slice(axis).reduce((product, size) => product * size, 1);
  return Array.from({ length: labels.length * CLASSES }, (_, i) => {
    const outer = Math.floor(i / (after * CLASSES));
    const label = labels[outer * after + (i % after)];
    return label === Math.floor(i / after) % CLASSES && label !== ignored ? 1 : 0;
  });
}

describe('oneHot', () => {
  it('has 1 at the label along a new last axis, and zeros for a label of no class', async () => {
    expect(await encoded()).toEqual([
      ...[0, 0, 1, 0, ...[1, 0, 0, 0], ...[0, 0, 0, 0]],
      ...[0, 0, 0, 1, ...[0, 0, 0, 0], ...[0, 1, 0, 0]],
    ]);
  });

  it.each([0, 1, 2] as const)('puts the classes on axis %i, also counted from the end', async (axis) => {
    expect(await encoded({ axis })).toEqual(reference(axis));
    expect(await encoded({ axis: axis - 3 })).toEqual(reference(axis));
  });

  it('has zeros for the label to be ignored', async () => {
    expect(await encoded({ axis: 1, ignoreIndex: 3 })).toEqual(reference(1, 3));
    expect(await encoded({ ignoreIndex: -1 })).toEqual(reference(2));
  });

  it('lets the gradient of what it picks pass', async () => {
    const picked = (axis: number, from: number[]) =>
      checkGradient({
        shapes: [from],
        op: (x) => mul(x!, oneHot(x!.graph.constant(labels, shape), CLASSES, { axis })),
      });
    await picked(-1, [2, 3, CLASSES]);
    await picked(1, [2, CLASSES, 3]);
  });

  it.each([3, -4, 0.5])('refuses the axis %d', (axis) => {
    const labels = new Graph().input('labels', shape, 'int32');
    expect(() => oneHot(labels, CLASSES, { axis })).toThrow(`Axis ${axis} does not exist in a tensor of rank 3`);
  });

  it('takes int32 labels only', async () => {
    const floats = [{ shape, data: normals(shape) }];
    await expect(evaluateOp((x) => oneHot(x!, CLASSES), floats)).rejects.toMatchObject({ code: 'dtype' });
  });
});
