import { differentiable, node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { mul } from './mul.js';
import { square } from './square.js';
import { stepAboveZero } from './step.js';
import { sub } from './sub.js';

/** min(max(x/6 + ½, 0), 1), MobileNetV3's approximation of the sigmoid (Howard et al. 2019); flat at and beyond ±3. */
export function hardSigmoid(x: Tensor): Tensor {
  const y = node('HardSigmoid', [x], x.shape, { attributes: { alpha: { float: 1 / 6 }, beta: { float: 0.5 } } });
  // y·(1 − y) is positive strictly inside.
  return differentiable(y, [x], (dy) => [mul(mul(dy, 1 / 6), stepAboveZero(sub(y, square(y))))]);
}
