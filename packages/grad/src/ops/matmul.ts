import { GradError } from '../errors.js';
import { differentiable, node } from '../graph/node.js';
import { broadcastShapes, formatShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { sumTo } from './broadcast.js';
import { transpose } from './transpose.js';

/** Matrix product over the last two axes; the leading axes broadcast. [.., M, K] × [.., K, N] → [.., M, N]. */
export function matmul(a: Tensor, b: Tensor): Tensor {
  const [m, inner] = a.shape.slice(-2);
  const [innerB, n] = b.shape.slice(-2);
  if (m === undefined || inner === undefined || n === undefined || inner !== innerB) {
    throw new GradError('shape', `Matrices ${formatShape(a.shape)} and ${formatShape(b.shape)} cannot be multiplied.`);
  }
  const shape = [...broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2)), m, n];
  return differentiable(node('MatMul', [a, b], shape), [a, b], (dy) => [
    sumTo(matmul(dy, swapLast(b)), a.shape),
    sumTo(matmul(swapLast(a), dy), b.shape),
  ]);
}

function swapLast(x: Tensor): Tensor {
  const rank = x.shape.length;
  return transpose(
    x,
    [...x.shape.keys()].map((axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis)),
  );
}
