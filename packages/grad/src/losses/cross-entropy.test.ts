import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grad } from '../gradient.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from '../ops/add.js';
import { transpose } from '../ops/transpose.js';
import { checkGradient, evaluateOp, normals } from '../testing/check-gradient.js';
import { type CrossEntropyOptions, softmaxCrossEntropy } from './cross-entropy.js';

const logits = normals([4, 3], 'logits');
const labels = Int32Array.of(2, 0, -100, 1);
const classWeights = Float32Array.of(1, 2, 0.5);

/** The definition in PyTorch's documentation of `CrossEntropyLoss`, in double precision. */
function reference(smoothing: number, weights: Float32Array): number {
  let loss = 0;
  let total = 0;
  labels.forEach((label, row) => {
    if (label < 0) return;
    const scores = [...logits.subarray(3 * row, 3 * row + 3)];
    const normalizer = Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0));
    scores.forEach((score, k) => {
      const target = (k === label ? 1 - smoothing : 0) + smoothing / 3;
      loss -= weights[k]! * target * (score - normalizer);
    });
    total += weights[label]!;
  });
  return loss / total;
}

describe('softmaxCrossEntropy', () => {
  const inputs = [
    { shape: [4, 3], data: logits },
    { shape: [4], data: labels },
    { shape: [3], data: classWeights },
  ];
  const lossOf = async (given = inputs, options: CrossEntropyOptions = {}) =>
    (await evaluateOp((x, y) => softmaxCrossEntropy(x!, y!, options), given.slice(0, 2)))[0]!;

  it.each([0, 0.1])(
    'is the mean over labelled examples with smoothing %d, with and without class weights',
    async (labelSmoothing) => {
      expect(await lossOf(inputs, { labelSmoothing })).toBeCloseTo(
        reference(labelSmoothing, Float32Array.of(1, 1, 1)),
        5,
      );
      const weighted = await evaluateOp(
        (x, y, w) => softmaxCrossEntropy(x!, y!, { labelSmoothing, classWeights: w! }),
        inputs,
      );
      expect(weighted[0]).toBeCloseTo(reference(labelSmoothing, classWeights), 5);
    },
  );

  it.each([
    [[4, 3], [4], -1],
    [[2, 5, 3], [2, 5], -1],
    [[1, 3], [1], 1],
    [[2, 3, 2, 4], [2, 2, 4], 1],
    [[3, 5], [5], 0],
  ])('has a gradient for logits %j', async (shape, labelShape, axis) => {
    const count = labelShape.reduce((p, n) => p * n, 1);
    const pattern = Int32Array.from({ length: count }, (_, i) => [2, 0, -100, 1][i % 4]!);
    await checkGradient({
      shapes: [shape],
      op: (x) =>
        softmaxCrossEntropy(x!, x!.graph.constant(pattern, labelShape), {
          axis,
          labelSmoothing: 0.1,
          classWeights: x!.graph.constant(classWeights),
        }),
    });
  });

  it('takes the classes on any axis', async () => {
    const columns = await evaluateOp((x, y) => softmaxCrossEntropy(transpose(x!), y!, { axis: 0 }), inputs.slice(0, 2));
    expect(columns[0]).toBeCloseTo(await lossOf(), 6);
  });

  it('leaves out the class to be ignored like examples without a label', async () => {
    const marked = Int32Array.of(2, 0, 1, 1).map((label, i) => (labels[i] === 1 ? -100 : label));
    const ignored = await lossOf([inputs[0]!, { shape: [4], data: Int32Array.of(2, 0, 1, 1) }], { ignoreIndex: 1 });
    marked[2] = -100;
    expect(ignored).toBeCloseTo(await lossOf([inputs[0]!, { shape: [4], data: marked }]), 6);
  });

  it('does not change when the logits of an example move together', async () => {
    const before = await lossOf();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -50, max: 50 }), async (by) => {
        const moved = await evaluateOp((x, y) => softmaxCrossEntropy(add(x!, by), y!), inputs.slice(0, 2));
        expect(moved[0]).toBeCloseTo(before, 4);
      }),
      { numRuns: 10 },
    );
  });

  it('is zero when no example has a label, and so is its gradient', async () => {
    const none = [inputs[0]!, { shape: [4], data: Int32Array.of(-1, 3, -100, 99) }];
    expect(await lossOf(none)).toBeCloseTo(0, 10);
    const slope = await evaluateOp((x, y) => grad(softmaxCrossEntropy(x!, y!), [x!])[0]!, none);
    for (const value of slope) expect(value).toBeCloseTo(0, 10);
  });

  it('is zero when no label has any weight, smoothed or not, and so is its gradient', async () => {
    const weightless = [...inputs.slice(0, 1), { shape: [4], data: Int32Array.of(1, 1, -100, 1) }];
    for (const labelSmoothing of [0, 0.1]) {
      const loss = (x: Tensor, y: Tensor) =>
        softmaxCrossEntropy(x, y, { labelSmoothing, classWeights: x.graph.constant(Float32Array.of(1, 0, 1)) });
      expect((await evaluateOp((x, y) => loss(x!, y!), weightless))[0]! + 0).toBe(0);
      const slope = await evaluateOp((x, y) => grad(loss(x!, y!), [x!])[0]!, weightless);
      expect(slope.every((value) => value === 0)).toBe(true);
    }
  });

  it.each([-1, 0])('stays finite for extreme logits (axis %i)', async (axis) => {
    const extreme = [
      { shape: [2, 2], data: Float32Array.of(1e4, -1e4, -1e4, 1e4) },
      { shape: [2], data: Int32Array.of(1, 1) },
    ];
    expect(await lossOf(extreme, { axis })).toBeCloseTo(1e4, 0);
    const slope = await evaluateOp((x, y) => grad(softmaxCrossEntropy(x!, y!, { axis }), [x!])[0]!, extreme);
    expect([...slope].map((value) => value + 0)).toEqual(axis === 0 ? [0.5, 0, -0.5, 0] : [0.5, -0.5, 0, 0]);
  });

  it.each([
    [-1, [2, 3]],
    [0, [3, 2]],
  ])('takes a logit of −Infinity for no probability at all (axis %i)', async (axis, shape) => {
    const run = async (hidden: number, labels: number[]) => {
      const given = [
        { shape, data: Float32Array.of(hidden, 2, 3, 0, 1, hidden) },
        { shape: [2], data: Int32Array.from(labels) },
      ];
      const slope = await evaluateOp((x, y) => grad(softmaxCrossEntropy(x!, y!, { axis }), [x!])[0]!, given);
      return { loss: await lossOf(given, { axis }), slope };
    };
    expect(await run(Number.NEGATIVE_INFINITY, [2, 1])).toEqual(await run(-1e4, [2, 1]));
    const impossible = await run(Number.NEGATIVE_INFINITY, [0, 1]);
    expect(impossible.loss).toBeGreaterThan(1e30);
    expect(impossible.slope).toEqual((await run(-1e4, [0, 1])).slope);
  });

  it.each([-0.1, 1.1, Number.NaN])('refuses a smoothing of %d', async (labelSmoothing) => {
    await expect(lossOf(inputs, { labelSmoothing })).rejects.toMatchObject({
      code: 'graph',
      message: expect.stringContaining(`labelSmoothing must be from 0 to 1, not ${labelSmoothing}`),
    });
  });

  it('refuses labels of another shape', async () => {
    const wrong = [inputs[0]!, { shape: [3], data: Int32Array.of(0, 1, 2) }];
    await expect(lossOf(wrong)).rejects.toMatchObject({ code: 'shape' });
    await expect(lossOf(inputs, { axis: 0 })).rejects.toThrow(/with classes on axis 0/);
  });
});
