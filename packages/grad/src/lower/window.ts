import { node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { axesConstant } from '../ops/broadcast.js';

/** Rows [start, end) of x along one axis, every `step`-th. Not on the tape. */
export function cut(x: Tensor, axis: number, start: number, end: number, step = 1): Tensor {
  if (start === 0 && end === x.shape[axis] && step === 1) return x;
  const shape = x.shape.map((size, i) => (i === axis ? Math.ceil((end - start) / step) : size));
  const at = [[start], [end], [axis], [step]].map((values) => axesConstant(x, values));
  return node('Slice', [x, ...at], shape, { dtype: x.dtype });
}

/** x with `before` and `after` constant elements added along each axis. Not on the tape. */
export function surround(x: Tensor, before: readonly number[], after: readonly number[], value = 0): Tensor {
  if ([...before, ...after].every((count) => count === 0)) return x;
  const shape = x.shape.map((size, axis) => before[axis]! + size + after[axis]!);
  return node('Pad', [x, axesConstant(x, [...before, ...after]), x.graph.constant(value)], shape);
}
