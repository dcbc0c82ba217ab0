import { GradError } from '../errors.js';
import { formatShape, sameShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { mean } from '../ops/mean.js';
import { square } from '../ops/square.js';
import { sub } from '../ops/sub.js';

/** Mean squared error over all elements. Throws `shape` when the shapes differ. */
export function meanSquaredError(prediction: Tensor, target: Tensor): Tensor {
  if (!sameShape(prediction.shape, target.shape)) {
    throw new GradError(
      'shape',
      `Targets ${formatShape(target.shape)} do not fit predictions ${formatShape(prediction.shape)}.`,
    );
  }
  return mean(square(sub(prediction, target)));
}
