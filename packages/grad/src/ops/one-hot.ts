import { GradError } from '../errors.js';
import { node } from '../graph/node.js';
import { normalizeAxis } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { cast } from './cast.js';
import { reshape } from './reshape.js';

export interface OneHotOptions {
  /** Where the new axis goes; negative places count from the end. Default −1, the last. */
  readonly axis?: number;
  /** A label that gives zeros too. */
  readonly ignoreIndex?: number;
}

/** No label: the smallest int32. */
const NOBODY = -(2 ** 31);

/**
 * Labels of type int32 → float32 with a new axis of `classes`, 1 at the label. A label outside 0..classes−1 gives zeros.
 * Throws `dtype` for labels of another type, and `shape` for an axis that does not exist.
 */
export function oneHot(labels: Tensor, classes: number, { axis = -1, ignoreIndex }: OneHotOptions = {}): Tensor {
  if (labels.dtype !== 'int32') throw new GradError('dtype', `Labels must be int32, not ${labels.dtype}.`);
  const at = normalizeAxis(axis, labels.shape.length + 1);
  const [before, after] = [labels.shape.slice(0, at), labels.shape.slice(at)];
  const range = Int32Array.from({ length: classes }, (_, i) => (i === ignoreIndex ? NOBODY : i));
  const wanted = labels.graph.constant(range, [classes, ...after.map(() => 1)]);
  const column = reshape(labels, [...before, 1, ...after]);
  return cast(node('Equal', [column, wanted], [...before, classes, ...after], { dtype: 'bool' }), 'float32');
}
