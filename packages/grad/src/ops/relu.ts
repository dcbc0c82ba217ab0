import { differentiable, node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { mul } from './mul.js';

/** max(x, 0); the gradient at zero is zero. */
export function relu(x: Tensor): Tensor {
  const y = node('Relu', [x], x.shape);
  return differentiable(y, [x], (dy) => [mul(dy, stepAboveZero(y))]);
}

/** 1 where x > 0, else 0. A steep HardSigmoid is 1.6–2 times faster than Greater + Where. */
function stepAboveZero(y: Tensor): Tensor {
  return node('HardSigmoid', [y], y.shape, { attributes: { alpha: { float: 1e30 }, beta: { float: 0 } } });
}
