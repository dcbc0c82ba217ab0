import { describe, expect, it } from 'vitest';
import { type Shape, sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { pair } from '../lower/conv-geometry.js';
import { checkGradient, evaluateOp, normals } from '../testing/check-gradient.js';
import { type ConvTranspose2dOptions, convTranspose2d } from './conv-transpose2d.js';
import { conv2d } from './conv2d.js';

interface TransposeCase {
  readonly what: string;
  readonly x: Shape;
  readonly weight: Shape;
  readonly options?: Omit<ConvTranspose2dOptions, 'bias' | 'training'>;
}

const cases: TransposeCase[] = [
  { what: '2×2 at stride 2', x: [2, 3, 4, 5], weight: [3, 4, 2, 2], options: { stride: 2 } },
  {
    what: 'of which padding leaves the added rows alone',
    x: [2, 4, 1, 5],
    weight: [4, 2, 1, 3],
    options: { stride: [5, 1], padding: [2, 1], outputPadding: [4, 0], groups: 2 },
  },
  { what: '3×3 at stride 1', x: [2, 3, 5, 4], weight: [3, 2, 3, 3], options: { padding: 1 } },
  {
    what: 'doubling with 3×3',
    x: [2, 3, 4, 4],
    weight: [3, 2, 3, 3],
    options: { stride: 2, padding: 1, outputPadding: 1 },
  },
  { what: 'doubling with 4×4', x: [1, 4, 3, 5], weight: [4, 2, 4, 4], options: { stride: 2, padding: 1 } },
  {
    what: 'uneven',
    x: [2, 2, 3, 4],
    weight: [2, 3, 3, 2],
    options: { stride: [2, 3], padding: [1, 0], outputPadding: [0, 2] },
  },
  { what: 'groups', x: [2, 4, 3, 3], weight: [4, 3, 3, 3], options: { stride: 2, padding: 1, groups: 2 } },
  { what: 'depthwise', x: [2, 4, 3, 4], weight: [4, 1, 2, 2], options: { stride: 2, groups: 4 } },
  { what: 'dilation', x: [2, 2, 4, 4], weight: [2, 3, 3, 3], options: { dilation: 2, padding: 2 } },
  {
    what: 'dilation and stride',
    x: [1, 2, 4, 3],
    weight: [2, 2, 3, 3],
    options: { dilation: 2, stride: 2, padding: 1, outputPadding: 1 },
  },
  { what: '1×1', x: [2, 3, 4, 4], weight: [3, 5, 1, 1] },
  { what: 'a single pixel', x: [2, 3, 1, 1], weight: [3, 2, 4, 4] },
];

describe.each(cases)('convTranspose2d: $what', ({ x, weight, options }) => {
  const bias = [weight[1]! * (options?.groups ?? 1)];
  const apply = (training: boolean) => (input: Tensor, w: Tensor, b?: Tensor) =>
    convTranspose2d(input, w, { ...options, training, ...(b ? { bias: b } : {}) });

  it.each([true, false])('spreads each pixel over its window (training: %s)', async (training) => {
    const inputs = [x, weight, bias].map((shape, i) => ({ shape, data: normals(shape, i) }));
    const actual = await evaluateOp((a, w, b) => apply(training)(a!, w!, b), inputs);
    const expected = writtenOut(inputs[0]!, inputs[1]!, inputs[2]!.data, options);
    expect(actual.length).toBe(expected.length);
    expect(Math.max(...actual.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(1e-4);
  });

  it('has the gradient of its value', async () => {
    await checkGradient({ shapes: [x, weight, bias], op: apply(true) });
    await checkGradient({ shapes: [x, weight], op: apply(false) });
  });

  it('is the adjoint of the convolution: ⟨conv(y), x⟩ = ⟨y, convᵀ(x)⟩', async () => {
    const xs = { shape: x, data: normals(x, 'x') };
    const weights = { shape: weight, data: normals(weight, 'weight') };
    let shape: Shape = [];
    const spread = await evaluateOp(
      (a, w) => {
        const y = apply(true)(a!, w!);
        shape = y.shape;
        return y;
      },
      [xs, weights],
    );
    const ys = { shape, data: normals(shape, 'y') };
    const { outputPadding: _, ...convOptions } = options ?? {};
    const gathered = await evaluateOp((a, w) => conv2d(a!, w!, convOptions), [ys, weights]);
    expect(dot(gathered, xs.data)).toBeCloseTo(dot(ys.data, spread), 3);
  });
});

describe('convTranspose2d', () => {
  it('says what does not fit', async () => {
    const run = (x: Shape, options: ConvTranspose2dOptions = {}) =>
      evaluateOp(
        (a, w) => convTranspose2d(a!, w!, options),
        [x, [3, 4, 3, 3]].map((shape) => ({ shape, data: normals(shape) })),
      );
    await expect(run([1, 2, 4, 4])).rejects.toThrow(/\[1, 2, 4, 4\] does not fit weight \[3, 4, 3, 3\]/);
    await expect(run([1, 3, 4, 4], { outputPadding: 1 })).rejects.toThrow(/below the stride/);
    await expect(run([1, 3, 1, 1], { padding: 2 })).rejects.toThrow(
      'padding [2, 2] would leave [-1, -1] of the output',
    );
    await expect(run([1, 3, 4, 4], { stride: 0 })).rejects.toThrow(/stride \[0, 0\].* must be whole numbers/);
    await expect(run([1, 3, 4, 4], { groups: 2 })).rejects.toMatchObject({ code: 'shape' });
  });
});

function dot(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((total, value, i) => total + value * b[i]!, 0);
}

interface Numbers {
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** Every input pixel adds its multiple of the kernel to the output, in double precision. */
function writtenOut(
  x: Numbers,
  weight: Numbers,
  bias: Float32Array,
  options: TransposeCase['options'] = {},
): Float64Array {
  const [stride, dilation] = [pair(options.stride ?? 1), pair(options.dilation ?? 1)];
  const [padding, extra] = [pair(options.padding ?? 0), pair(options.outputPadding ?? 0)];
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const [, perGroup, kh, kw] = weight.shape as [number, number, number, number];
  const groups = options.groups ?? 1;
  const grown = (length: number, kernel: number, axis: 0 | 1) =>
    (length - 1) * stride[axis] - 2 * padding[axis] + dilation[axis] * (kernel - 1) + 1 + extra[axis];
  const [k, oh, ow] = [perGroup * groups, grown(h, kh, 0), grown(w, kw, 1)];
  const y = new Float64Array(n * k * oh * ow).map((_, at) => bias[Math.floor(at / (oh * ow)) % k]!);
  for (let at = 0; at < sizeOf(x.shape); at++) {
    const [column, row, channel] = [at % w, Math.floor(at / w) % h, Math.floor(at / w / h) % c];
    const picture = Math.floor(at / w / h / c);
    const group = Math.floor(channel / (c / groups));
    for (let tap = 0; tap < perGroup * kh * kw; tap++) {
      const [j, i, out] = [tap % kw, Math.floor(tap / kw) % kh, Math.floor(tap / kw / kh)];
      const r = row * stride[0] + i * dilation[0] - padding[0];
      const q = column * stride[1] + j * dilation[1] - padding[1];
      if (r < 0 || r >= oh || q < 0 || q >= ow) continue;
      const to = ((picture * k + group * perGroup + out) * oh + r) * ow + q;
      y[to]! += x.data[at]! * weight.data[(channel * perGroup + out) * kh * kw + i * kw + j]!;
    }
  }
  return y;
}
