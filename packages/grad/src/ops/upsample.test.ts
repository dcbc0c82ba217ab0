import { describe, expect, it } from 'vitest';
import { checkGradient, evaluateOp, normals } from '../testing/check-gradient.js';
import { type UpsampleOptions, upsample } from './upsample.js';

interface UpsampleCase {
  readonly shape: readonly [number, number, number, number];
  readonly options: UpsampleOptions;
}

const sizes: UpsampleCase[] = [
  { shape: [2, 3, 4, 5], options: { scale: 2 } },
  { shape: [1, 2, 3, 2], options: { scale: [3, 4] } },
  { shape: [2, 2, 3, 5], options: { size: [7, 8] } },
  { shape: [1, 2, 6, 4], options: { size: [10, 4] } },
  { shape: [1, 1, 7, 9], options: { size: 3 } },
  { shape: [2, 1, 1, 1], options: { size: [4, 3] } },
  { shape: [1, 2, 5, 5], options: { scale: 1.5 } },
];
const cases = sizes.flatMap(({ shape, options }): UpsampleCase[] => [
  { shape, options: { ...options, mode: 'nearest' } },
  { shape, options: { ...options, mode: 'bilinear' } },
]);

describe.each(cases)('upsample $shape $options', ({ shape, options }) => {
  const data = normals(shape);

  it('has the value of its definition', async () => {
    const y = await evaluateOp((x) => upsample(x!, options), [{ shape, data }]);
    const expected = writtenOut(data, shape, options);
    expect(y.length).toBe(expected.length);
    y.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 4);
    });
  });

  it('has the gradient of its value', async () => {
    await checkGradient({ shapes: [shape], op: (x) => upsample(x!, options) });
  });
});

describe('upsample', () => {
  it('refuses no size, two sizes and empty results', async () => {
    const run = (options: UpsampleOptions) =>
      evaluateOp((x) => upsample(x!, options), [{ shape: [1, 1, 2, 2], data: normals([4]) }]);
    for (const options of [{}, { size: 4, scale: 2 }, { size: 0 }, { scale: 0.4 }]) {
      await expect(run(options)).rejects.toMatchObject({ code: 'shape' });
    }
  });
});

/** PyTorch's documentation of `interpolate`, in double precision. */
function writtenOut(data: Float32Array, [n, c, h, w]: UpsampleCase['shape'], options: UpsampleOptions): number[] {
  const both = (size: UpsampleOptions['size']) => (typeof size === 'number' ? [size, size] : size!);
  const [oh, ow] = options.size ? both(options.size) : both(options.scale).map((by, i) => Math.floor([h, w][i]! * by));
  const result: number[] = [];
  for (let plane = 0; plane < n * c; plane++) {
    const at = (y: number, x: number) => data[(plane * h + y) * w + x]!;
    for (let row = 0; row < oh!; row++) {
      for (let column = 0; column < ow!; column++) {
        if (options.mode === 'nearest') {
          result.push(at(Math.floor((row * h) / oh!), Math.floor((column * w) / ow!)));
          continue;
        }
        const [y, x] = [centre(row, h, oh!), centre(column, w, ow!)];
        const [top, left] = [Math.floor(y), Math.floor(x)];
        const [bottom, right] = [Math.min(top + 1, h - 1), Math.min(left + 1, w - 1)];
        const across = (r: number) => at(r, left) * (1 - x + left) + at(r, right) * (x - left);
        result.push(across(top) * (1 - y + top) + across(bottom) * (y - top));
      }
    }
  }
  return result;
}

function centre(i: number, from: number, to: number): number {
  return Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
}
