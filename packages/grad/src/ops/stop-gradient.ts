import { differentiable, node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';

/** x itself, through which no gradient passes (PyTorch's `detach`). */
export function stopGradient(x: Tensor): Tensor {
  return differentiable(node('Identity', [x], x.shape, { dtype: x.dtype }), [x], () => [undefined]);
}
