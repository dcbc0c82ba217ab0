import type { Tensor } from '../graph/tensor.js';
import { mean } from '../ops/mean.js';
import { square } from '../ops/square.js';
import { sub } from '../ops/sub.js';
import { requireSameShape } from './same-shape.js';

/** Mean squared error over all elements. Throws `shape` when the shapes differ. */
export function meanSquaredError(prediction: Tensor, target: Tensor): Tensor {
  requireSameShape(prediction, target);
  return mean(square(sub(prediction, target)));
}
