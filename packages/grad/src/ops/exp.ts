import { differentiable, node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { mul } from './mul.js';

/** eˣ. */
export function exp(x: Tensor): Tensor {
  const y = node('Exp', [x], x.shape);
  return differentiable(y, [x], (dy) => [mul(dy, y)]);
}
