import { differentiable } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { emitElementwise } from '../lower/elementwise.js';
import { mul } from './mul.js';
import { square } from './square.js';
import { sub } from './sub.js';

/** 1 / (1 + e⁻ˣ). */
export function sigmoid(x: Tensor): Tensor {
  const y = emitElementwise('Sigmoid', [x]);
  return differentiable(y, [x], (dy) => [mul(dy, sub(y, square(y)))]);
}
