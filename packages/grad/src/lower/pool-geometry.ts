import { GradError } from '../errors.js';
import { formatShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { type ConvGeometry, pair, type Size2d } from './conv-geometry.js';
import { outputSize } from './output-size.js';

export interface PoolOptions {
  readonly kernel: Size2d;
  /** Default: the kernel, so that windows do not overlap. */
  readonly stride?: Size2d;
  /** At most half the kernel. Default 0. */
  readonly padding?: Size2d;
}

/** The geometry of pooling x [N, C, H, W]. Throws `shape` when no window fits. */
export function poolGeometry(
  op: string,
  x: Tensor,
  { kernel, stride = kernel, padding = 0 }: PoolOptions,
): ConvGeometry {
  const [batch, channels, height, width] = x.shape;
  const sizes = {
    input: [height!, width!] as const,
    kernel: pair(kernel),
    stride: pair(stride),
    padding: pair(padding),
    dilation: [1, 1] as const,
  };
  if (x.shape.length !== 4 || sizes.padding.some((pad, axis) => 2 * pad > sizes.kernel[axis]!)) {
    throw new GradError(
      'shape',
      `${op}: x ${formatShape(x.shape)} must be [N, C, H, W], and padding at most half of kernel ${formatShape(sizes.kernel)}.`,
    );
  }
  const output = outputSize(op, sizes);
  return { batch: batch!, inChannels: channels!, outChannels: channels!, ...sizes, output, groups: channels! };
}
