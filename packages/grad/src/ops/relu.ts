import { differentiable } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { emitElementwise } from '../lower/elementwise.js';
import { mul } from './mul.js';
import { stepAboveZero } from './step.js';

/** max(x, 0); the gradient at zero is zero. */
export function relu(x: Tensor): Tensor {
  const y = emitElementwise('Relu', [x]);
  return differentiable(y, [x], (dy) => [mul(dy, stepAboveZero(y))]);
}
