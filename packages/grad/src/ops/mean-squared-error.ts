import type { Tensor } from '../graph/tensor.js';
import { mean } from './mean.js';
import { square } from './square.js';
import { sub } from './sub.js';

/** Mean squared error over all elements. */
export function meanSquaredError(prediction: Tensor, target: Tensor): Tensor {
  return mean(square(sub(prediction, target)));
}
