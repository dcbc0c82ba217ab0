import { GradError } from '../errors.js';
import { differentiable } from '../graph/node.js';
import { formatShape, isShape, normalizeAxis } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { emitSlice } from '../lower/channel-parts.js';
import { pad } from './pad.js';

/** For each axis that is cut, where it starts and where it ends (exclusive); negative places count from the end. */
export type Ranges = Readonly<Record<number, readonly [start: number, end: number]>>;

/**
 * The part of x inside the ranges: `slice(x, { 1: [0, 3] })` keeps the first three columns. Throws `shape` when a range
 * does not lie in x or two are of one axis.
 */
export function slice(x: Tensor, ranges: Ranges): Tensor {
  const cuts = Object.entries(ranges).map(([key, range]) => {
    const axis = normalizeAxis(Number(key), x.shape.length);
    const size = x.shape[axis]!;
    const [start, end] = range.map((place) => (place < 0 ? place + size : place)) as [number, number];
    if (!isShape([start, end]) || start > end || end > size) {
      throw new GradError(
        'shape',
        `The range ${formatShape(range)} does not lie in axis ${axis} of ${formatShape(x.shape)}.`,
      );
    }
    return { axis, start, end };
  });
  if (new Set(cuts.map(({ axis }) => axis)).size < cuts.length) {
    throw new GradError('shape', `slice names an axis of ${formatShape(x.shape)} twice.`);
  }
  const shape = [...x.shape];
  const before = x.shape.map(() => 0);
  const after = x.shape.map(() => 0);
  for (const { axis, start, end } of cuts) {
    shape[axis] = end - start;
    before[axis] = start;
    after[axis] = x.shape[axis]! - end;
  }
  const y = emitSlice(x, cuts, shape);
  return differentiable(y, [x], (dy) => [pad(dy, before, after)]);
}
