import { differentiable, node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { div } from './div.js';
import { mul } from './mul.js';

/** √x; the gradient is infinite at zero. */
export function sqrt(x: Tensor): Tensor {
  const y = node('Sqrt', [x], x.shape);
  return differentiable(y, [x], (dy) => [div(mul(dy, 0.5), y)]);
}
