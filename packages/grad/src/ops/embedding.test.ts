import { describe, expect, it } from 'vitest';
import { grad } from '../gradient.js';
import { encodeModel } from '../graph/encode.js';
import { Graph } from '../graph/graph.js';
import { toModel } from '../graph/model.js';
import type { Tensor } from '../graph/tensor.js';
import { floatsOf, openModel } from '../runtime/onnx-model.js';
import { checkGradient, evaluateOp, normals } from '../testing/check-gradient.js';
import { embeddingBag } from './embedding-bag.js';
import { gather } from './gather.js';
import { layerNorm } from './layer-norm.js';
import { mul } from './mul.js';
import { sum } from './sum.js';

const table = { shape: [4, 2], data: Float32Array.of(0, 1, 10, 11, 20, 21, 30, 31) };

describe('gather', () => {
  it('picks rows', async () => {
    const y = await evaluateOp(gather, [table, { shape: [3], data: Int32Array.of(2, 0, 2) }]);
    expect([...y]).toEqual([20, 21, 0, 1, 20, 21]);
  });

  it('adds up the gradient of a row picked several times', async () => {
    for (const shape of [[4, 2], [4], [4, 3, 2]]) {
      await checkGradient({
        shapes: [shape],
        op: (x) => gather(x!, x!.graph.constant(Int32Array.of(2, 0, 2, 2, 1, 0), [2, 3])),
      });
    }
  });

  it('counts negative indices from the end, in the gradient too', async () => {
    const indices = { shape: [2], data: Int32Array.of(-1, -4) };
    expect([...(await evaluateOp(gather, [table, indices]))]).toEqual([30, 31, 0, 1]);
    const slope = await evaluateOp((t, i) => grad(sum(gather(t!, i!)), [t!])[0]!, [table, indices]);
    expect([...slope]).toEqual([1, 1, 0, 0, 0, 0, 1, 1]);
  });

  it.each([4, -5])('fails when run with the index %d outside the table', async (index) => {
    const outside = { shape: [1], data: Int32Array.of(index) };
    await expect(evaluateOp(gather, [table, outside])).rejects.toMatchObject({ code: 'model' });
  });

  it('adds up every one of thousands, by however many threads', async () => {
    const [rows, dim, count] = [3, 128, 4096];
    const graph = new Graph();
    const table = graph.input('table', [rows, dim]);
    const picked = gather(table, graph.constant(Int32Array.from({ length: count }, (_, i) => i % rows)));
    const [gradient] = grad(sum(picked), [table]) as [Tensor];
    const model = await openModel(encodeModel(toModel(graph, { gradient })), { threads: 4 });
    for (let time = 0; time < 50; time++) {
      const { gradient: found } = await model.run({ table: new Float32Array(rows * dim) });
      const times = new Set(
        Array.from(floatsOf(found), (value, i) => value - Math.ceil((count - Math.floor(i / dim)) / rows)),
      );
      expect([...times]).toEqual([0]);
    }
    await model.release();
  });

  it('takes int32 indices only', async () => {
    await expect(evaluateOp(gather, [table, { shape: [1], data: Float32Array.of(1) }])).rejects.toMatchObject({
      code: 'dtype',
    });
  });
});

describe('embeddingBag', () => {
  const indices = { shape: [3, 2], data: Int32Array.of(1, 3, 2, 0, 0, 0) };
  const weights = { shape: [3, 2], data: Float32Array.of(1, 2, 0.5, 0, 0, 0) };

  it('sums weighted rows, with zeros for an empty bag', async () => {
    const y = await evaluateOp((t, i, w) => embeddingBag(t!, i!, { weights: w! }), [table, indices, weights]);
    expect([...y]).toEqual([70, 73, 10, 10.5, 0, 0]);
  });

  it('averages weighted rows, with zeros for an empty bag', async () => {
    const y = await evaluateOp(
      (t, i, w) => embeddingBag(t!, i!, { weights: w!, mode: 'mean' }),
      [table, indices, weights],
    );
    [70 / 3, 73 / 3, 20, 21, 0, 0].forEach((value, i) => {
      expect(y[i]).toBeCloseTo(value, 4);
    });
  });

  it('counts all entries alike without weights', async () => {
    const run = (mode: 'sum' | 'mean') => evaluateOp((t, i) => embeddingBag(t!, i!, { mode }), [table, indices]);
    expect([...(await run('sum'))]).toEqual([40, 42, 20, 22, 0, 2]);
    expect([...(await run('mean'))]).toEqual([20, 21, 10, 11, 0, 1]);
    await checkGradient({
      shapes: [[5, 3]],
      op: (t) => embeddingBag(t!, t!.graph.constant(Int32Array.of(1, 0, 1, 4), [2, 2]), { mode: 'mean' }),
    });
  });

  it('refuses weights of another shape', async () => {
    const wrong = [table, indices, { shape: [3], data: normals([3]) }];
    await expect(evaluateOp((t, i, w) => embeddingBag(t!, i!, { weights: w! }), wrong)).rejects.toThrow(
      /not \[4, 2\], \[3, 2\], \[3\]/,
    );
  });

  it.each(['sum', 'mean'] as const)('gives an empty bag no gradient (%s)', async (mode) => {
    const slope = await evaluateOp(
      (t, i, w) => grad(sum(mul(embeddingBag(t!, i!, { weights: w!, mode }), 1e20)), [t!])[0]!,
      [table, indices, weights].map((input, i) => (i === 2 ? { ...input, data: new Float32Array(6) } : input)),
    );
    expect([...slope]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it.each(['sum', 'mean'] as const)('has gradients for table and weights (%s)', async (mode) => {
    await checkGradient({
      shapes: [
        [5, 3],
        [2, 4],
      ],
      values: (index, shape) => (index === 0 ? normals(shape) : normals(shape).map((w) => Math.abs(w) + 0.5)),
      op: (t, w) =>
        embeddingBag(t!, t!.graph.constant(Int32Array.of(1, 0, 1, 4, 2, 2, 3, 0), [2, 4]), { weights: w!, mode }),
    });
  });
});

describe('layerNorm', () => {
  it('gives each row mean 0 and variance 1 before scale and shift', async () => {
    const y = await evaluateOp(
      (x, scale, shift) => layerNorm(x!, scale!, shift!),
      [
        { shape: [2, 4], data: Float32Array.of(1, 2, 3, 4, 100, 0, 0, 100) },
        { shape: [4], data: Float32Array.of(1, 1, 1, 1) },
        { shape: [4], data: new Float32Array(4) },
      ],
    );
    const deviation = Math.sqrt(1.25 + 1e-5);
    [-1.5 / deviation, -0.5 / deviation, 0.5 / deviation, 1.5 / deviation, 1, -1, -1, 1].forEach((value, i) => {
      expect(y[i]).toBeCloseTo(value, 4);
    });
  });

  it.each([[[3, 7]], [[2, 3, 16]], [[5]]])('has all gradients for %j', async (shape) => {
    const size = shape.at(-1)!;
    await checkGradient({ shapes: [shape, [size], [size]], op: (x, scale, shift) => layerNorm(x!, scale!, shift!) });
  });
});
