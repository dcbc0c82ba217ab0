import { describe, expect, it } from 'vitest';
import { grad } from '../gradient.js';
import { encodeModel } from '../graph/encode.js';
import { Graph } from '../graph/graph.js';
import { type GraphNode, type Model, toModel } from '../graph/model.js';
import { pair } from '../lower/conv-geometry.js';
import type { PoolOptions } from '../lower/pool-geometry.js';
import { floatsOf, openModel } from '../runtime/onnx-model.js';
import { checkGradient, evaluateOp, normals } from '../testing/check-gradient.js';
import { averagePool, globalAveragePool } from './average-pool.js';
import { globalMaxPool, maxPool } from './max-pool.js';
import { relu6 } from './relu6.js';
import { sum } from './sum.js';

// ONNX's numbers of types.
const [FLOAT, BFLOAT16] = [1, 16];

interface PoolCase {
  readonly what: string;
  readonly shape: readonly [number, number, number, number];
  readonly options: PoolOptions;
}

const cases: PoolCase[] = [
  { what: '2×2', shape: [2, 3, 6, 4], options: { kernel: 2 } },
  { what: '2×2 with a row and a column to spare', shape: [2, 3, 7, 5], options: { kernel: 2 } },
  { what: '3×2', shape: [1, 2, 6, 6], options: { kernel: [3, 2] } },
  { what: '3×3 at stride 2, even', shape: [2, 3, 8, 6], options: { kernel: 3, stride: 2, padding: 1 } },
  { what: '3×3 at stride 2, odd', shape: [2, 3, 7, 9], options: { kernel: 3, stride: 2, padding: 1 } },
  { what: '3×3 at stride 1', shape: [2, 2, 5, 6], options: { kernel: 3, stride: 1, padding: 1 } },
  { what: '3×3 at stride 2 without padding', shape: [2, 2, 8, 7], options: { kernel: 3, stride: 2 } },
];

/** A shuffled ladder: neighbours differ by more than the step of the difference quotients, so that no maximum changes. */
const ladder = (_: number, shape: readonly number[]): Float32Array => {
  const noise = normals(shape);
  const order = [...noise.keys()].sort((a, b) => noise[a]! - noise[b]!);
  const values = new Float32Array(noise.length);
  order.forEach((at, rank) => {
    values[at] = rank * 0.05 - 3;
  });
  return values;
};

describe.each(cases)('pooling $what', ({ shape, options }) => {
  const data = ladder(0, shape);

  it('takes the maximum of each window', async () => {
    const y = await evaluateOp((x) => maxPool(x!, options), [{ shape, data }]);
    expect([...y]).toEqual(
      windows(data, shape, options).map((window) => Math.max(...window.filter((v) => v !== null))),
    );
  });

  it('takes the mean of each window, padding counted', async () => {
    const y = await evaluateOp((x) => averagePool(x!, options), [{ shape, data }]);
    windows(data, shape, options).forEach((window, i) => {
      const total = window.reduce<number>((sum, value) => sum + (value ?? 0), 0);
      expect(y[i]).toBeCloseTo(total / window.length, 4);
    });
  });

  it('has the gradients of these values', async () => {
    await checkGradient({ shapes: [shape], op: (x) => maxPool(x!, options), values: ladder });
    await checkGradient({ shapes: [shape], op: (x) => averagePool(x!, options) });
  });
});

describe('pooling', () => {
  it('averages whole pictures', async () => {
    const shape = [2, 3, 4, 5];
    const y = await evaluateOp(
      (x) => globalAveragePool(x!),
      [{ shape, data: Float32Array.from({ length: 120 }, (_, i) => i) }],
    );
    expect([...y]).toEqual([9.5, 29.5, 49.5, 69.5, 89.5, 109.5]);
    await checkGradient({ shapes: [shape], op: (x) => globalAveragePool(x!) });
  });

  it('takes the maximum of whole pictures', async () => {
    const shape = [2, 3, 4, 5];
    const y = await evaluateOp((x) => globalMaxPool(x!), [{ shape, data: ladder(0, shape) }]);
    [...y].forEach((value, i) => {
      expect(value).toBe(Math.max(...ladder(0, shape).subarray(20 * i, 20 * i + 20)));
    });
    await checkGradient({ shapes: [shape], op: (x) => globalMaxPool(x!), values: ladder });
  });

  it.each([
    [8, 6, 2],
    [7, 9, 2],
    [5, 6, 1],
  ])(
    'gives the gradient of a window to one of its tied maxima: %i × %i at stride %i',
    async (height, width, stride) => {
      const shape = [2, 1, height, width];
      const flat = { shape, data: new Float32Array(2 * height * width).fill(0.3) };
      const options = { kernel: 3, stride, padding: 1 };
      const [y, dx] = [
        await evaluateOp((x) => maxPool(x!, options), [flat]),
        await evaluateOp((x) => grad(sum(maxPool(x!, options)), [x!])[0]!, [flat]),
      ];
      expect(dx.reduce((total, value) => total + value, 0)).toBe(y.length);
      expect(dx.every((value) => Number.isInteger(value) && value >= 0)).toBe(true);
    },
  );

  it('gives gradients to the maxima where products of matrices are rounded, too', async () => {
    const shape = [2, 3, 8, 10];
    const graph = new Graph();
    const x = graph.input('x', shape);
    const model = toModel(graph, { dx: grad(sum(maxPool(x, { kernel: 3, stride: 2, padding: 1 })), [x])[0]! });
    const [exact, rounded] = await Promise.all(
      [model, withRoundedProducts(model)].map(async (each) => {
        const session = await openModel(encodeModel(each), { threads: 1 });
        const { dx } = await session.run({ x: normals(shape) });
        await session.release();
        return floatsOf(dx);
      }),
    );
    expect(rounded).toEqual(exact);
  });

  it('refuses padding beyond half the window', async () => {
    const run = evaluateOp(
      (x) => maxPool(x!, { kernel: 2, padding: 2 }),
      [{ shape: [1, 1, 4, 4], data: normals([16]) }],
    );
    await expect(run).rejects.toThrow(/padding at most half/);
  });

  it.each([{ kernel: 0 }, { kernel: 2, stride: 0 }, { kernel: 2, padding: -1 }])('refuses %j', (options) => {
    const x = new Graph().input('x', [1, 1, 4, 4]);
    for (const pool of [maxPool, averagePool]) expect(() => pool(x, options)).toThrow('must be whole numbers');
  });
});

describe('relu6', () => {
  const data = Float32Array.of(-2, -0.5, 0.5, 3, 5.9, 6.1, 9);

  it('clips to [0, 6]', async () => {
    const y = await evaluateOp((x) => relu6(x!), [{ shape: [7], data }]);
    expect([...y]).toEqual([0, 0, 0.5, 3, Math.fround(5.9), 6, 6]);
  });

  it('has the gradient of its value', async () => {
    await checkGradient({ shapes: [[7]], op: (x) => relu6(x!), values: () => data.slice() });
  });
});

/** The model with what it multiplies as matrices rounded to eight bits: a graphics processor may keep as few as eleven. */
function withRoundedProducts(model: Model): Model {
  const cast = (from: string, to: string, type: number): GraphNode => {
    return { operator: 'Cast', domain: '', inputs: [from], outputs: [to], attributes: { to: type } };
  };
  const nodes = model.nodes.flatMap((each) => {
    if (each.operator !== 'MatMul') return [each];
    const names = each.inputs.map((_, i) => `${each.outputs[0]}/${i}`);
    const casts = each.inputs.flatMap((input, i) => [
      cast(input, `${names[i]}/short`, BFLOAT16),
      cast(`${names[i]}/short`, names[i]!, FLOAT),
    ]);
    return [...casts, { ...each, inputs: names }];
  });
  return { ...model, nodes };
}

/** The values each window covers, in the order of the output; null where it covers padding. */
function windows(data: Float32Array, [n, c, h, w]: PoolCase['shape'], options: PoolOptions): (number | null)[][] {
  const [kernel, stride, padding] = [options.kernel, options.stride ?? options.kernel, options.padding ?? 0].map(pair);
  const count = (length: number, axis: 0 | 1) =>
    Math.floor((length + 2 * padding![axis] - kernel![axis]) / stride![axis]) + 1;
  const result: (number | null)[][] = [];
  for (let plane = 0; plane < n * c; plane++) {
    for (let row = 0; row < count(h, 0); row++) {
      for (let column = 0; column < count(w, 1); column++) {
        const window: (number | null)[] = [];
        for (let i = 0; i < kernel![0] * kernel![1]; i++) {
          const y = row * stride![0] - padding![0] + Math.floor(i / kernel![1]);
          const x = column * stride![1] - padding![1] + (i % kernel![1]);
          window.push(y < 0 || y >= h || x < 0 || x >= w ? null : data[(plane * h + y) * w + x]!);
        }
        result.push(window);
      }
    }
  }
  return result;
}
