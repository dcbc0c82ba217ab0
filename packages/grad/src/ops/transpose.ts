import { GradError } from '../errors.js';
import { differentiable, node } from '../graph/node.js';
import { formatShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';

/** Reorders the axes: axis i of the result is axis `permutation[i]` of x. Without one, the order is reversed. */
export function transpose(x: Tensor, permutation?: readonly number[]): Tensor {
  const order = permutation ?? x.shape.map((_, axis) => x.shape.length - 1 - axis);
  if ([...order].sort((a, b) => a - b).some((axis, i) => axis !== i) || order.length !== x.shape.length) {
    throw new GradError('shape', `${formatShape(order)} is not a permutation of the axes of ${formatShape(x.shape)}.`);
  }
  const shape = order.map((axis) => x.shape[axis]!);
  const y = node('Transpose', [x], shape, { dtype: x.dtype, attributes: { perm: order } });
  return differentiable(y, [x], (dy) => [transpose(dy, inverse(order))]);
}

function inverse(order: readonly number[]): number[] {
  const result = order.map(() => 0);
  order.forEach((axis, i) => {
    result[axis] = i;
  });
  return result;
}
