import { node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';

/** max(x, 10⁻¹²), so that a mean over nothing is zero. Not on the tape: it counts labels and weights. */
export function atLeastTiny(x: Tensor): Tensor {
  return node('Max', [x, x.graph.constant(1e-12)], x.shape);
}
