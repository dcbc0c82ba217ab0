import { differentiable } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { emitElementwise } from '../lower/elementwise.js';
import { mul } from './mul.js';
import { sub } from './sub.js';

/** Steep, and a power of two: the mask below is exactly 0 at both ends. */
const STEEP = 2 ** 100;

/**
 * min(max(x, 0), 6); the gradient at 0 and 6 is zero, and for x up to about 10⁻⁷, which the distance from 3 does not
 * tell from 0.
 */
export function relu6(x: Tensor): Tensor {
  const { graph } = x;
  const y = emitElementwise('Clip', [x, graph.constant(0), graph.constant(6)]);
  return differentiable(y, [x], (dy) => {
    // |y − 3| is below 3 strictly inside; a steep HardSigmoid makes that 0 or 1.
    const distance = emitElementwise('Abs', [sub(y, 3)]);
    const attributes = { alpha: { float: -STEEP }, beta: { float: 3 * STEEP } };
    return [mul(dy, emitElementwise('HardSigmoid', [distance], { attributes }))];
  });
}
