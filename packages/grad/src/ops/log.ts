import { differentiable, node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { div } from './div.js';

/** Natural logarithm; −∞ at zero, NaN below. */
export function log(x: Tensor): Tensor {
  return differentiable(node('Log', [x], x.shape), [x], (dy) => [div(dy, x)]);
}
