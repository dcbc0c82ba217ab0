import { differentiable, node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';

/** −x. */
export function neg(x: Tensor): Tensor {
  return differentiable(node('Neg', [x], x.shape, { dtype: x.dtype }), [x], (dy) => [neg(dy)]);
}
