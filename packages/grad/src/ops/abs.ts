import { differentiable, node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { mul } from './mul.js';
import { neg } from './neg.js';
import { stepAboveZero } from './step.js';
import { sub } from './sub.js';

/** |x|; the gradient at zero is zero. */
export function abs(x: Tensor): Tensor {
  return differentiable(node('Abs', [x], x.shape), [x], (dy) => [
    mul(dy, sub(stepAboveZero(x), stepAboveZero(neg(x)))),
  ]);
}
