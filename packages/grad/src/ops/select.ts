import { differentiable, node } from '../graph/node.js';
import { broadcastShapes } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { sumTo } from './broadcast.js';
import { cast } from './cast.js';
import { mul } from './mul.js';

/**
 * x where the float32 `mask`, which broadcasts, is 1, and `otherwise` where it is 0: a product would let through what
 * is NaN or infinite in x.
 */
export function select(x: Tensor, mask: Tensor, otherwise: number): Tensor {
  const shape = broadcastShapes(x.shape, mask.shape);
  const y = node('Where', [cast(mask, 'bool'), x, x.graph.constant(otherwise)], shape);
  return differentiable(y, [x], (dy) => [sumTo(mul(dy, mask), x.shape)]);
}
