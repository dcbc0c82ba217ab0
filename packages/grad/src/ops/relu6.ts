import { differentiable, node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { mul } from './mul.js';
import { sub } from './sub.js';

/** min(max(x, 0), 6); the gradient at 0 and 6 is zero. */
export function relu6(x: Tensor): Tensor {
  const { graph } = x;
  const y = node('Clip', [x, graph.constant(0), graph.constant(6)], x.shape);
  return differentiable(y, [x], (dy) => {
    // y·(6 − y) is positive strictly inside; a steep HardSigmoid makes that 0 or 1.
    const inside = mul(y, sub(graph.constant(6), y));
    const attributes = { alpha: { float: 1e30 }, beta: { float: 0 } };
    return [mul(dy, node('HardSigmoid', [inside], x.shape, { attributes }))];
  });
}
