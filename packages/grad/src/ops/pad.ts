import { GradError } from '../errors.js';
import { differentiable, node } from '../graph/node.js';
import { formatShape, isShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { axesConstant } from './broadcast.js';
import { slice } from './slice.js';

/**
 * Surrounds x with `value`: `before[i]` and `after[i]` elements along axis i. Throws `shape` unless these are whole
 * numbers, not below 0, for each axis.
 */
export function pad(x: Tensor, before: readonly number[], after: readonly number[], value = 0): Tensor {
  const rank = x.shape.length;
  if (before.length !== rank || after.length !== rank || !isShape([...before, ...after])) {
    throw new GradError(
      'shape',
      `Paddings ${formatShape(before)}, ${formatShape(after)} do not fit ${formatShape(x.shape)}.`,
    );
  }
  const shape = x.shape.map((size, axis) => before[axis]! + size + after[axis]!);
  const y = node('Pad', [x, axesConstant(x, [...before, ...after]), x.graph.constant(value, [], x.dtype)], shape, {
    dtype: x.dtype,
  });
  return differentiable(y, [x], (dy) => [
    slice(dy, Object.fromEntries(x.shape.map((size, axis) => [axis, [before[axis]!, before[axis]! + size]]))),
  ]);
}
