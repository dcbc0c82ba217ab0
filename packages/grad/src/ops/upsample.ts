import { GradError } from '../errors.js';
import { differentiable } from '../graph/node.js';
import { formatShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { pair, type Size2d } from '../lower/conv-geometry.js';
import { type Interpolation, interpolate, interpolationGradient } from '../lower/interpolate.js';

export interface UpsampleOptions {
  /** Height and width of the result. Give this or `scale`. */
  readonly size?: Size2d;
  /** Factor on height and width; results are rounded down. */
  readonly scale?: Size2d;
  /** `nearest` repeats pixels; `bilinear` weighs the four around. Default `nearest`. */
  readonly mode?: Interpolation;
}

/**
 * x [N, C, H, W] resampled to another size, [N, C, OH, OW]: PyTorch's `interpolate` with `align_corners=False`, for
 * `bilinear` pixel centres at (i + ½) · H / OH − ½, for `nearest` the pixel ⌊i · H / OH⌋. Meant for enlarging; when
 * shrinking it skips pixels, as PyTorch does. Throws `shape` when no size of at least one pixel is given.
 */
export function upsample(x: Tensor, { size, scale, mode = 'nearest' }: UpsampleOptions): Tensor {
  const [height = 0, width = 0] = x.shape.slice(2);
  const [down, across] = pair(scale ?? 1);
  const target = size === undefined ? ([Math.floor(height * down), Math.floor(width * across)] as const) : pair(size);
  const whole = [...target, height, width].every((length) => Number.isInteger(length) && length >= 1);
  if (x.shape.length !== 4 || !whole || (size === undefined) === (scale === undefined)) {
    throw new GradError(
      'shape',
      `upsample: ${formatShape(x.shape)} must be [N, C, H, W] with one of size and scale given, and leave at least a ` +
        `pixel; the result would be ${formatShape(target)}.`,
    );
  }
  return differentiable(interpolate(x, target, mode), [x], (dy) => [interpolationGradient(dy, [height, width], mode)]);
}
