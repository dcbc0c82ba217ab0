import { GradError } from '../errors.js';
import { differentiable, node } from '../graph/node.js';
import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { cast } from './cast.js';
import { reshape } from './reshape.js';
import { zerosLike } from './zeros-like.js';

/**
 * The rows of a table [rows, …] at int32 indices [..] → [.., …]: an embedding. The gradient is dense and adds up over
 * repeated indices. For tables of more than some thousand rows see `BagTable`.
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
    const count = sizeOf(indices.shape);
    const places = cast(reshape(indices, [count, 1]), 'int64');
    const updates = [zerosLike(table), places, reshape(dy, [count, ...row])] as const;
    return [node('ScatterND', updates, table.shape, { attributes: { reduction: 'add' } }), undefined];
  });
}
