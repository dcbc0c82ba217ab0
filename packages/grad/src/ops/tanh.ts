import { differentiable, node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { mul } from './mul.js';
import { square } from './square.js';
import { sub } from './sub.js';

/** Hyperbolic tangent. */
export function tanh(x: Tensor): Tensor {
  const y = node('Tanh', [x], x.shape);
  return differentiable(y, [x], (dy) => [sub(dy, mul(dy, square(y)))]);
}
