import { differentiable, node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { mul } from './mul.js';
import { square } from './square.js';
import { sub } from './sub.js';

/** 1 / (1 + e⁻ˣ). */
export function sigmoid(x: Tensor): Tensor {
  const y = node('Sigmoid', [x], x.shape);
  return differentiable(y, [x], (dy) => [mul(dy, sub(y, square(y)))]);
}
