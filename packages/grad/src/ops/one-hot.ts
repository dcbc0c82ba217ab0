import { GradError } from '../errors.js';
import { node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { cast } from './cast.js';
import { reshape } from './reshape.js';

/** Labels [..] of type int32 → float32 [.., classes], 1 at the label. A label outside 0..classes−1 gives a row of zeros. */
export function oneHot(labels: Tensor, classes: number): Tensor {
  if (labels.dtype !== 'int32') throw new GradError('dtype', `Labels must be int32, not ${labels.dtype}.`);
  const column = reshape(labels, [...labels.shape, 1]);
  const range = labels.graph.constant(Int32Array.from({ length: classes }, (_, i) => i));
  return cast(node('Equal', [column, range], [...labels.shape, classes], { dtype: 'bool' }), 'float32');
}
