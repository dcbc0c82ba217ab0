import { node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { axesConstant } from '../ops/broadcast.js';
import { type ConvGeometry, unreached } from './conv-geometry.js';

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

/** Whether every window ends in the zeros before the picture, so that nothing of the picture reaches the output. */
export function missesPicture(g: ConvGeometry): boolean {
  return ([0, 1] as const).some((axis) => g.padding[axis] + g.input[axis] <= unreached(g, axis));
}

/** The part of x that some window reaches, and the zeros around it as (top, left, bottom, right). */
export function reachedPart(x: Tensor, g: ConvGeometry): { picture: Tensor; pads: [number, number, number, number] } {
  const spare = [g.padding[0] - unreached(g, 0), g.padding[1] - unreached(g, 1)] as const;
  let picture = x;
  for (const axis of [0, 1] as const) {
    if (spare[axis] < 0) picture = cut(picture, axis + 2, 0, g.input[axis] + spare[axis]);
  }
  return { picture, pads: [...g.padding, Math.max(spare[0], 0), Math.max(spare[1], 0)] };
}
