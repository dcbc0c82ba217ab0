import { node } from '../graph/node.js';
import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { reshape } from '../ops/reshape.js';
import { emitReduce } from '../ops/sum.js';

/** Rows of at least so many numbers are worth a product each. */
export const LONG_ROW = 128;

/** Σ of each row of x [R, L]: [R]. */
export function rowSums(x: Tensor): Tensor {
  return emitReduce('ReduceSum', x, [1], false);
}

/** Σ a·b of each row of a and b [R, L]: [R]. Each a product of a row with a column, half the time of Mul and ReduceSum. */
export function rowDots(a: Tensor, b: Tensor): Tensor {
  const [rows, length] = a.shape as [number, number];
  const each = (x: Tensor) => reshape(x, [rows, 1, length]);
  const dots = node('FusedMatMul', [each(a), each(b)], [rows, 1, 1], {
    domain: 'com.microsoft',
    attributes: { transB: 1 },
  });
  return reshape(dots, [rows]);
}

/**
 * slope · x + shift, both [C], per channel of x [N, C, H, W]: a depthwise 1×1 convolution, which uses all threads and which
 * the runtime merges with an addition that follows.
 */
export function affineRows(x: Tensor, slope: Tensor, shift: Tensor): Tensor {
  const channels = sizeOf(slope.shape);
  return node('Conv', [x, reshape(slope, [channels, 1, 1, 1]), shift], x.shape, {
    attributes: { kernel_shape: [1, 1], group: channels },
  });
}
