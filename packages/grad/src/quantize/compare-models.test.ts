import { describe, expect, it } from 'vitest';
import { Graph } from '../graph/graph.js';
import { type Model, toModel } from '../graph/model.js';
import type { Shape } from '../graph/shape.js';
import { add } from '../ops/add.js';
import { mul } from '../ops/mul.js';
import { reshape } from '../ops/reshape.js';
import { type CompareOptions, compareModels } from './compare-models.js';

/** y = x + offset, of one shape. */
function shifted(shape: Shape, offset: readonly number[]): Model {
  const graph = new Graph();
  return toModel(graph, { y: add(graph.input('x', shape), graph.constant(Float32Array.from(offset), shape)) });
}

/** Compares a model that gives its input with one that adds an offset to it. */
function compare(shape: Shape, x: readonly number[], offset: readonly number[], options: CompareOptions = {}) {
  const samples = [{ x: Float32Array.from(x) }];
  const still = offset.map(() => 0);
  return compareModels(shifted(shape, still), shifted(shape, offset), samples, {
    session: { threads: 1 },
    ...options,
  });
}

describe('compareModels', () => {
  it('finds the class along the last axis', async () => {
    const { agreement, accuracy, relativeError } = await compare([2, 3], [1, 2, 3, 3, 2, 1], [0, 0, 0, 0, 2, 0], {
      labels: [2, 1],
    });
    expect({ agreement, accuracy }).toEqual({ agreement: 0.5, accuracy: { before: 0.5, after: 1 } });
    expect(relativeError).toBeCloseTo(Math.sqrt(4 / 28), 6);
  });

  it('finds the class of each pixel along the axis given', async () => {
    // Two pictures of one row and three columns, with two classes: labels are by picture, row and column.
    const scores = [1, 0, 3, 0, 2, 1, 5, 5, 0, 4, 6, 1];
    const { agreement, accuracy } = await compare([2, 2, 1, 3], scores, [0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], {
      axis: 1,
      labels: [0, 1, 0, 0, 1, 0],
    });
    expect({ agreement, accuracy }).toEqual({ agreement: 5 / 6, accuracy: { before: 5 / 6, after: 4 / 6 } });
  });

  it.each([
    [[4, 1], {}],
    [[4], {}],
    [[4, 1, 1], { axis: 1 }],
  ])('takes a single number as a logit: %j', async (shape, options) => {
    const labels = [1, 0, 1, 0];
    const { agreement, accuracy } = await compare(shape, [3, -2, 1, -1], [0, 0, -2, 0], { ...options, labels });
    expect({ agreement, accuracy }).toEqual({ agreement: 0.75, accuracy: { before: 1, after: 0.75 } });
  });

  it('refuses outputs of different shapes, even of as many numbers', async () => {
    const graph = new Graph();
    const turned = toModel(graph, { y: reshape(graph.input('x', [2, 3]), [3, 2]) });
    await expect(
      compareModels(shifted([2, 3], [0, 0, 0, 0, 0, 0]), turned, [{ x: new Float32Array(6) }]),
    ).rejects.toThrow(
      expect.objectContaining({ code: 'quantize', message: expect.stringMatching(/'y' is \[2, 3\] .* \[3, 2\]/) }),
    );
  });

  it.each([
    [Number.NaN, 0],
    [Number.POSITIVE_INFINITY, 0],
    [0, Number.NaN],
    [0, Number.POSITIVE_INFINITY],
  ])('refuses what is not finite: %d, or what is added: %d', async (value, offset) => {
    await expect(compare([1, 2], [1, value], [0, offset])).rejects.toMatchObject({
      code: 'quantize',
      message: expect.stringContaining('not finite'),
    });
  });

  it('refuses outputs, labels and axes that do not exist, and samples without examples', async () => {
    const of = (options: CompareOptions) => compare([2, 2], [1, 2, 3, 4], [0, 0, 0, 0], options);
    await expect(of({ output: 'z' })).rejects.toThrow("no output 'z'");
    await expect(of({ labels: [1] })).rejects.toThrow('1 labels for 2 rows');
    await expect(of({ axis: 2 })).rejects.toMatchObject({ code: 'shape' });
    const graph = new Graph();
    const model = toModel(graph, { y: mul(graph.input('x', [2]), 2) });
    const dynamic = { ...model, inputs: model.inputs.map((input) => ({ ...input, shape: ['N'] })) };
    for (const samples of [[], [{ x: new Float32Array(0) }]]) {
      await expect(compareModels(dynamic, dynamic, samples)).rejects.toMatchObject({
        code: 'quantize',
        message: expect.stringContaining('needs examples'),
      });
    }
  });
});
