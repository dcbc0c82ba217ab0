import { GradError } from '../errors.js';
import { formatShape, sameShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';

/** Throws `shape` unless all have the same one: they would be broadcast unnoticed. */
export function requireSameShape(first: Tensor, ...others: Tensor[]): void {
  if (others.every(({ shape }) => sameShape(shape, first.shape))) return;
  const given = [first, ...others].map(({ shape }) => formatShape(shape)).join(' and ');
  throw new GradError('shape', `What a loss compares element by element must have one shape, not ${given}.`);
}
