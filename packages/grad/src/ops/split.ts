import { GradError } from '../errors.js';
import { differentiableAll } from '../graph/node.js';
import { formatShape, normalizeAxis } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { emitSplit } from '../lower/channel-parts.js';
import { concat } from './concat.js';
import { zerosLike } from './zeros-like.js';

/** Cuts x into `count` equal parts along an axis. Throws `shape` where it cannot be done. */
export function split(x: Tensor, count: number, axis: number): Tensor[] {
  const along = normalizeAxis(axis, x.shape.length);
  const size = x.shape[along]! / count;
  if (!(Number.isInteger(count) && count >= 1 && Number.isInteger(size))) {
    throw new GradError('shape', `Axis ${along} of ${formatShape(x.shape)} cannot be cut into ${count} equal parts.`);
  }
  const parts = emitSplit(x, count, along);
  differentiableAll(parts, [x], (gradients) => {
    const [first, ...rest] = parts.map((part, i) => gradients[i] ?? zerosLike(part));
    return [first && concat([first, ...rest], along)];
  });
  return parts;
}
