import { node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';

/** Float32 zeros of the shape of x, whatever x holds. No gradient passes. */
export function zerosLike(x: Tensor): Tensor {
  const shape = node('Shape', [x], [x.shape.length], { dtype: 'int64' });
  return node('ConstantOfShape', [shape], x.shape);
}
