import { describe, expect, it } from 'vitest';
import { Graph } from '../graph/graph.js';
import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { createRandom } from '../random.js';
import { checkGradient, evaluateOp, normals, type OpCase } from '../testing/check-gradient.js';
import { dropPath } from './drop-path.js';
import { dropout } from './dropout.js';
import { Scope } from './scope.js';
import { ModelState } from './state.js';

const P = 0.75;
/** 1/(1 − p): a power of two, so that what is scaled by it is exact. */
const KEPT = 4;
const settings = { seed: 1, training: true };

/** A layer in training as an op, with the noise of its seed. */
function inTraining(layer: (scope: Scope, x: Tensor) => Tensor): Required<Pick<OpCase, 'op' | 'declared'>> {
  const noise: Record<string, Float32Array> = {};
  return {
    op: (x) => {
      const scope = Scope.root(x!.graph, new ModelState(), settings);
      const y = layer(scope, x!);
      for (const { tensor, fill } of scope.noiseInputs) {
        const values = new Float32Array(sizeOf(tensor.shape));
        fill(values, createRandom(settings.seed, tensor.name));
        noise[tensor.name] = values;
      }
      return y;
    },
    declared: () => noise,
  };
}

/** What each element was multiplied by. */
async function factors(layer: (scope: Scope, x: Tensor) => Tensor, shape: number[]): Promise<Float32Array> {
  const { op, declared } = inTraining(layer);
  const x = normals(shape);
  const y = await evaluateOp(op, [{ shape, data: x }], declared);
  return y.map((value, i) => value / x[i]!);
}

const shareOf = (values: Float32Array, value: number) => values.filter((one) => one === value).length / values.length;
/** Examples or rows, each of so many elements. */
const rowsOf = (values: Float32Array, size: number) =>
  Array.from({ length: values.length / size }, (_, row) => values.subarray(size * row, size * row + size));

describe('dropout', () => {
  it('drops a share of p of the elements, each for itself, and scales the others by 1/(1 − p)', async () => {
    const found = await factors((scope, x) => dropout(scope, x, P), [100, 100]);
    expect(new Set(found)).toEqual(new Set([0, KEPT]));
    expect(Math.abs(shareOf(found, 0) - P)).toBeLessThan(0.02);
    for (const row of rowsOf(found, 100)) expect(Math.abs(shareOf(row, 0) - P)).toBeLessThan(0.2);
  });

  it.each([[[16]], [[4, 6]], [[2, 3, 2, 2]]])('has the gradient of what it keeps for %j', async (shape) => {
    await checkGradient({ shapes: [shape], ...inTraining((scope, x) => dropout(scope, x, P)) });
  });

  it('drops by the mask’s shape where one is given', async () => {
    const columns = (scope: Scope, x: Tensor) => dropout(scope, x, P, { maskShape: [1, 50] });
    const [first, ...others] = rowsOf(await factors(columns, [4, 50]), 50);
    expect(new Set(first)).toEqual(new Set([0, KEPT]));
    for (const row of others) expect(row).toEqual(first);
    await checkGradient({ shapes: [[4, 50]], ...inTraining(columns) });
  });

  it('is x itself in inference, in a frozen scope, and where nothing is dropped', () => {
    const x = new Graph().input('x', [3]);
    const root = (changes: object) => Scope.root(x.graph, new ModelState(), { ...settings, ...changes });
    expect(dropout(root({ training: false }), x, P)).toBe(x);
    expect(dropout(root({ groups: [{ match: 'body', frozen: true }] }).child('body'), x, P)).toBe(x);
    expect(dropout(root({}), x, 0)).toBe(x);
    expect(dropout(root({}), x, P)).not.toBe(x);
  });

  it.each([1, -0.1, Number.NaN])('refuses the probability %d', (p) => {
    const x = new Graph().input('x', [3]);
    expect(() => dropout(Scope.root(x.graph, new ModelState(), settings), x, p)).toThrow('must be in [0, 1)');
  });
});

describe('dropPath', () => {
  it('drops a share of p of the examples, each whole, and scales the others by 1/(1 − p)', async () => {
    const found = await factors((scope, x) => dropPath(scope, x, P), [2000, 2, 3]);
    expect(new Set(found)).toEqual(new Set([0, KEPT]));
    for (const example of rowsOf(found, 6)) expect(new Set(example).size).toBe(1);
    expect(Math.abs(shareOf(found, 0) - P)).toBeLessThan(0.03);
  });

  it.each([[[16]], [[16, 3]], [[16, 2, 2, 2]]])('has the gradient of what it keeps for %j', async (shape) => {
    await checkGradient({ shapes: [shape], ...inTraining((scope, x) => dropPath(scope, x, P)) });
  });

  it('is x itself in inference', () => {
    const x = new Graph().input('x', [3, 2]);
    expect(dropPath(Scope.root(x.graph, new ModelState(), { ...settings, training: false }), x, P)).toBe(x);
  });
});
