import { GradError } from '../errors.js';
import { differentiable, node } from '../graph/node.js';
import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { cast } from './cast.js';
import { reshape } from './reshape.js';
import { emitScatterAdd } from './scatter-add.js';
import { zerosLike } from './zeros-like.js';

/**
 * The rows of a table [rows, …] at int32 indices [..] → [.., …]: an embedding. The gradient is dense and adds up over
 * repeated indices. For tables of more than some thousand rows see `BagTable`. Negative indices count from the end, so
 * that −1 reads the last row and trains it; one outside −rows..rows−1 makes the run fail with `model`. Throws `dtype`
 * for indices of another type, and `shape` for a scalar table.
 */
export function gather(table: Tensor, indices: Tensor): Tensor {
  if (indices.dtype !== 'int32') throw new GradError('dtype', `Indices must be int32, not ${indices.dtype}.`);
  if (table.shape.length === 0) throw new GradError('shape', 'A scalar has no rows to gather.');
  const row = table.shape.slice(1);
  const y = node('Gather', [table, indices], [...indices.shape, ...row], {
    dtype: table.dtype,
    attributes: { axis: 0 },
  });
  return differentiable(y, [table, indices], (dy) => {
    const [rows, width] = [table.shape[0]!, sizeOf(row)];
    const none = reshape(zerosLike(table), [rows, width]);
    const updates = reshape(dy, [sizeOf(indices.shape), width]);
    return [reshape(emitScatterAdd(none, cast(indices, 'int64'), updates), table.shape), undefined];
  });
}
