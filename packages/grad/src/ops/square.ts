import { differentiable, node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { mul } from './mul.js';

/** x². */
export function square(x: Tensor): Tensor {
  return differentiable(node('Mul', [x, x], x.shape), [x], (dy) => [mul(mul(dy, x), 2)]);
}
