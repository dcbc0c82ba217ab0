import type { Tensor } from '../graph/tensor.js';
import { transpose } from '../ops/transpose.js';

/** The other form of tensors seen in both: [N, C, …] and, with the batch innermost, [C, …, N]. */
const innermostOf = new WeakMap<Tensor, Tensor>();

/** x [N, C, …] with the batch innermost: [C, …, N]. Without cost where x was made by `batchOutermost`. */
export function batchInnermost(x: Tensor): Tensor {
  const known = innermostOf.get(x);
  if (known) return known;
  const moved = transpose(x, [...x.shape.keys()].slice(1).concat(0));
  innermostOf.set(x, moved);
  return moved;
}

/** The tensor [N, C, …] of which x [C, …, N] is the form with the batch innermost. */
export function batchOutermost(x: Tensor): Tensor {
  const last = x.shape.length - 1;
  const moved = transpose(x, [last, ...[...x.shape.keys()].slice(0, last)]);
  innermostOf.set(moved, x);
  return moved;
}
