import { GradError } from '../errors.js';
import { differentiable } from '../graph/node.js';
import { formatShape, normalizeAxis } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { emitConcat } from '../lower/channel-parts.js';
import { slice } from './slice.js';

/** Joins tensors along an axis. Throws `shape` unless their other axes agree, and `dtype` unless their types do. */
export function concat(parts: readonly [Tensor, ...Tensor[]], axis: number): Tensor {
  const [first] = parts;
  if (!first) throw new GradError('shape', 'concat has nothing to join; give it one tensor or more.');
  const along = normalizeAxis(axis, first.shape.length);
  for (const part of parts) {
    if (part.dtype !== first.dtype) {
      throw new GradError(
        'dtype',
        `concat cannot join ${first.dtype} with ${part.dtype}; cast them to one type first.`,
      );
    }
    if (
      part.shape.length !== first.shape.length ||
      part.shape.some((size, i) => i !== along && size !== first.shape[i])
    ) {
      throw new GradError(
        'shape',
        `${formatShape(first.shape)} and ${formatShape(part.shape)} cannot be joined at axis ${along}.`,
      );
    }
  }
  const ends: number[] = [];
  for (const part of parts) ends.push((ends.at(-1) ?? 0) + part.shape[along]!);
  const y = emitConcat(parts, along);
  return differentiable(y, parts, (dy) =>
    parts.map((part, i) => slice(dy, { [along]: [ends[i]! - part.shape[along]!, ends[i]!] })),
  );
}
