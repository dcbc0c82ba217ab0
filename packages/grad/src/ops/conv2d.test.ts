import { describe, expect, it } from 'vitest';
import { grad } from '../gradient.js';
import { Graph } from '../graph/graph.js';
import type { Shape } from '../graph/shape.js';
import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { checkGradient, evaluateOp, normals } from '../testing/check-gradient.js';
import { type Conv2dOptions, conv2d } from './conv2d.js';
import { sum } from './sum.js';

interface ConvCase {
  readonly what: string;
  readonly x: Shape;
  readonly weight: Shape;
  readonly options?: Omit<Conv2dOptions, 'bias' | 'training'>;
}

/** Each row reaches another formulation, or an edge of one. */
const cases: ConvCase[] = [
  { what: '3×3, padded', x: [2, 3, 6, 5], weight: [4, 3, 3, 3], options: { padding: 1 } },
  { what: '3×3, batch innermost', x: [16, 3, 6, 5], weight: [4, 3, 3, 3], options: { padding: 1 } },
  {
    what: 'batch innermost, dilated, uneven padding',
    x: [20, 2, 7, 8],
    weight: [3, 2, 3, 2],
    options: { padding: [2, 1], dilation: 2 },
  },
  { what: 'large output', x: [1, 2, 18, 19], weight: [3, 2, 3, 3], options: { padding: 1 } },
  { what: 'fewer channels of a large picture', x: [2, 5, 33, 34], weight: [2, 5, 3, 3], options: { padding: 1 } },
  {
    what: 'fewer channels of a large picture, dilated, uneven kernel and padding',
    x: [1, 3, 36, 40],
    weight: [2, 3, 2, 3],
    options: { padding: [1, 2], dilation: [1, 2] },
  },
  {
    what: 'fewer channels of a large picture, padding beyond the kernel',
    x: [1, 3, 31, 31],
    weight: [2, 3, 2, 2],
    options: { padding: 2 },
  },
  { what: 'more weights than pixels', x: [2, 10, 3, 3], weight: [4, 10, 3, 3], options: { padding: 1 } },
  {
    what: 'more weights than pixels, strides with spare rows',
    x: [3, 16, 5, 4],
    weight: [3, 16, 3, 3],
    options: { padding: 1, stride: 2 },
  },
  {
    what: 'more weights than pixels, uneven everything',
    x: [2, 12, 5, 6],
    weight: [4, 12, 2, 3],
    options: { padding: [0, 1], stride: [2, 1], dilation: [1, 2] },
  },
  { what: 'more weights than pixels, 1×1 at stride 2', x: [2, 9, 4, 3], weight: [5, 9, 1, 1], options: { stride: 2 } },
  { what: 'stride 2 that fits', x: [2, 3, 7, 7], weight: [4, 3, 3, 3], options: { padding: 1, stride: 2 } },
  { what: 'stride 2 with a spare row', x: [2, 3, 8, 6], weight: [4, 3, 3, 3], options: { padding: 1, stride: 2 } },
  { what: 'stride 3, spare rows beyond the padding', x: [2, 2, 9, 9], weight: [3, 2, 2, 2], options: { stride: 3 } },
  { what: '7×7 at stride 2', x: [1, 3, 13, 12], weight: [2, 3, 7, 7], options: { padding: 3, stride: 2 } },
  {
    what: 'uneven kernel and stride',
    x: [2, 2, 8, 9],
    weight: [3, 2, 2, 3],
    options: { stride: [1, 2], padding: [0, 1] },
  },
  {
    what: 'dilation and stride',
    x: [2, 2, 11, 10],
    weight: [3, 2, 3, 3],
    options: { dilation: 2, stride: 2, padding: 2 },
  },
  { what: 'padding beyond the kernel', x: [1, 2, 4, 4], weight: [2, 2, 2, 2], options: { padding: 2 } },
  {
    what: 'windows in the padding alone, in groups',
    x: [2, 4, 2, 7],
    weight: [4, 2, 1, 1],
    options: { padding: 1, stride: 4, groups: 2 },
  },
  {
    what: 'windows in the padding alone, of one pixel',
    x: [2, 4, 1, 1],
    weight: [4, 4, 1, 1],
    options: { padding: 2, stride: 5 },
  },
  {
    what: 'windows in the padding alone, above the picture',
    x: [2, 4, 1, 9],
    weight: [4, 4, 3, 3],
    options: { padding: [4, 1], stride: [7, 1] },
  },
  {
    what: 'depthwise, windows in the padding alone',
    x: [2, 3, 9, 1],
    weight: [3, 1, 3, 2],
    options: { groups: 3, padding: [1, 2], stride: [1, 4] },
  },
  { what: '1×1', x: [3, 5, 4, 3], weight: [6, 5, 1, 1] },
  { what: '1×1 on a large picture', x: [2, 3, 12, 12], weight: [4, 3, 1, 1] },
  { what: '1×1 at stride 2', x: [2, 3, 6, 5], weight: [4, 3, 1, 1], options: { stride: 2 } },
  { what: 'groups', x: [2, 4, 5, 5], weight: [6, 2, 3, 3], options: { groups: 2, padding: 1 } },
  { what: 'groups at stride 2', x: [2, 6, 6, 5], weight: [3, 2, 3, 3], options: { groups: 3, padding: 1, stride: 2 } },
  {
    what: 'wide groups, batch innermost',
    x: [16, 16, 5, 6],
    weight: [4, 8, 3, 3],
    options: { groups: 2, padding: 1 },
  },
  {
    what: 'groups, dilation and stride',
    x: [2, 4, 9, 8],
    weight: [6, 2, 3, 2],
    options: { groups: 2, padding: 1, dilation: 2, stride: 2 },
  },
  { what: '1×1 in groups', x: [2, 6, 4, 3], weight: [4, 3, 1, 1], options: { groups: 2 } },
  { what: 'depthwise', x: [2, 5, 6, 4], weight: [5, 1, 3, 3], options: { groups: 5, padding: 1 } },
  { what: 'depthwise, uneven kernel, no padding', x: [2, 3, 6, 7], weight: [3, 1, 3, 2], options: { groups: 3 } },
  {
    what: 'depthwise at stride 2',
    x: [2, 4, 6, 6],
    weight: [4, 1, 3, 3],
    options: { groups: 4, padding: 1, stride: 2 },
  },
  {
    what: 'depthwise, dilated, uneven stride and padding, rows to spare',
    x: [2, 3, 10, 9],
    weight: [3, 1, 3, 2],
    options: { groups: 3, padding: [2, 0], dilation: [2, 3], stride: [3, 2] },
  },
  { what: 'depthwise on small pictures', x: [5, 4, 5, 6], weight: [4, 1, 5, 5], options: { groups: 4, padding: 2 } },
  {
    what: 'depthwise on small pictures, dilated, strided',
    x: [4, 3, 9, 8],
    weight: [3, 1, 3, 2],
    options: { groups: 3, padding: [1, 2], dilation: [2, 1], stride: [2, 3] },
  },
  {
    what: 'depthwise on small pictures, dilated across',
    x: [4, 3, 6, 7],
    weight: [3, 1, 3, 2],
    options: { groups: 3, padding: [1, 2], dilation: [1, 3] },
  },
  {
    what: 'depthwise with two outputs per channel',
    x: [2, 3, 5, 5],
    weight: [6, 1, 3, 3],
    options: { groups: 3, padding: 1 },
  },
];

describe.each(cases)('conv2d: $what', ({ x, weight, options }) => {
  const apply = (training: boolean) => (input: Tensor, w: Tensor, bias?: Tensor) =>
    conv2d(input, w, { ...options, training, ...(bias ? { bias } : {}) });
  const bias = [weight[0]!];

  it.each([true, false])('has the value of the sums written out (training: %s)', async (training) => {
    const inputs = [x, weight, bias].map((shape, i) => ({ shape, data: normals(shape, i) }));
    const actual = await evaluateOp((a, w, b) => apply(training)(a!, w!, b), inputs);
    expectClose(actual, writtenOut(inputs[0]!, inputs[1]!, inputs[2]!.data, options));
  });

  it('has the gradient of its value', async () => {
    await checkGradient({ shapes: [x, weight, bias], op: (a, w, b) => apply(true)(a!, w!, b) });
  });
});

describe('conv2d', () => {
  it('refuses shapes that do not fit, saying which', async () => {
    const inputs = (shape: Shape) => [shape, [4, 3, 3, 3]].map((each) => ({ shape: each, data: normals(each) }));
    const run = (shape: Shape, options = {}) => evaluateOp((x, w) => conv2d(x!, w!, options), inputs(shape));
    await expect(run([1, 2, 8, 8])).rejects.toThrow(/\[1, 2, 8, 8\] does not fit weight \[4, 3, 3, 3\]/);
    await expect(run([1, 3, 2, 8])).rejects.toThrow(/leave no output/);
    for (const slip of [{ stride: 0 }, { stride: 1.5 }, { dilation: 0 }, { padding: -1 }, { padding: [0, 0.5] }]) {
      await expect(run([1, 3, 8, 8], slip)).rejects.toThrow(/must be whole numbers, from 1 on and padding from 0 on/);
    }
  });

  it('has a gradient for large pictures at large strides', () => {
    const graph = new Graph();
    const x = graph.input('x', [2, 1, 512, 512]);
    const y = conv2d(x, graph.input('w', [32, 1, 64, 64]), { stride: 64, training: true });
    expect(grad(sum(y), [x])[0]!.shape).toEqual(x.shape);
  });
});

function expectClose(actual: Float32Array, expected: Float64Array): void {
  expect(actual.length).toBe(expected.length);
  const worst = actual.reduce((largest, value, i) => Math.max(largest, Math.abs(value - expected[i]!)), 0);
  expect(worst).toBeLessThan(1e-4);
}

interface Numbers {
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** The definition, in double precision. */
function writtenOut(x: Numbers, weight: Numbers, bias: Float32Array, options: ConvCase['options'] = {}): Float64Array {
  const both = (size: number | readonly [number, number] = 1) => (typeof size === 'number' ? [size, size] : size);
  const [stride, dilation, padding] = [both(options.stride), both(options.dilation), both(options.padding ?? 0)];
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const [k, perGroup, kh, kw] = weight.shape as [number, number, number, number];
  const size = (length: number, kernel: number, axis: 0 | 1) =>
    Math.floor((length + 2 * padding[axis]! - dilation[axis]! * (kernel - 1) - 1) / stride[axis]!) + 1;
  const [oh, ow] = [size(h, kh, 0), size(w, kw, 1)];
  const y = new Float64Array(sizeOf([n, k, oh, ow]));
  for (let at = 0; at < y.length; at++) {
    const [column, row] = [at % ow, Math.floor(at / ow) % oh];
    const [out, picture] = [Math.floor(at / ow / oh) % k, Math.floor(at / ow / oh / k)];
    const group = Math.floor(out / (k / (options.groups ?? 1)));
    let total = bias[out]!;
    for (let tap = 0; tap < perGroup * kh * kw; tap++) {
      const [j, i, channel] = [tap % kw, Math.floor(tap / kw) % kh, Math.floor(tap / kw / kh)];
      const r = row * stride[0]! + i * dilation[0]! - padding[0]!;
      const q = column * stride[1]! + j * dilation[1]! - padding[1]!;
      if (r < 0 || r >= h || q < 0 || q >= w) continue;
      const value = x.data[((picture * c + group * perGroup + channel) * h + r) * w + q]!;
      total += value * weight.data[out * perGroup * kh * kw + tap]!;
    }
    y[at] = total;
  }
  return y;
}
