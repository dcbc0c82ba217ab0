import { node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { axesConstant } from './broadcast.js';
import { reshape } from './reshape.js';

/**
 * `rows` [rows, width] with each of `updates` [count, width] added to the row that the int64 `places` [count] name; what
 * falls on one row adds up, in order. Not on the tape. By ScatterElements: the runtime's ScatterND adds in several threads
 * that do not wait for each other, and loses some of what falls on one row.
 */
export function emitScatterAdd(rows: Tensor, places: Tensor, updates: Tensor): Tensor {
  const [count, width] = updates.shape as [number, number];
  const columns = reshape(places, [count, 1]);
  const everywhere = node('Expand', [columns, axesConstant(columns, [count, width])], [count, width], {
    dtype: places.dtype,
  });
  return node('ScatterElements', [rows, width === 1 ? columns : everywhere, updates], rows.shape, {
    attributes: { axis: 0, reduction: 'add' },
  });
}
