import { differentiable, node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { mul } from './mul.js';
import { stepAboveZero } from './step.js';

/** max(x, 0); the gradient at zero is zero. */
export function relu(x: Tensor): Tensor {
  const y = node('Relu', [x], x.shape);
  return differentiable(y, [x], (dy) => [mul(dy, stepAboveZero(y))]);
}
