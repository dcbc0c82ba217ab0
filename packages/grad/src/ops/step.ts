import { differentiable, node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';

/** 1 where x > 0, else 0; no gradient passes. A steep HardSigmoid is 1.6–2 times faster than Greater with Where or Cast. */
export function stepAboveZero(x: Tensor): Tensor {
  const y = node('HardSigmoid', [x], x.shape, { attributes: { alpha: { float: 1e30 }, beta: { float: 0 } } });
  return differentiable(y, [x], () => [undefined]);
}
