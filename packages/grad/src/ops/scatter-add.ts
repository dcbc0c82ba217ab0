import { node } from '../graph/node.js';
import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from './add.js';
import { mul } from './mul.js';
import { reshape } from './reshape.js';

/**
 * `rows` [rows, width] with each of `updates` [count, width] added to the row that the int64 `places` [count] name; what
 * falls on one row adds up, in order. Not on the tape. By ScatterElements: the runtime's ScatterND adds in several threads
 * that do not wait for each other, and loses some of what falls on one row. Over one axis, since for each number it
 * works out anew where its place on every axis lies.
 */
export function emitScatterAdd(rows: Tensor, places: Tensor, updates: Tensor): Tensor {
  const flat = (x: Tensor): Tensor => reshape(x, [sizeOf(x.shape)]);
  const inputs = [flat(rows), flat(numbersOf(places, updates.shape[1]!)), flat(updates)] as const;
  const sums = node('ScatterElements', inputs, [sizeOf(rows.shape)], { attributes: { axis: 0, reduction: 'add' } });
  return reshape(sums, rows.shape);
}

/** Places of rows [count] → places of each of their `width` numbers, [count, width]. */
function numbersOf(places: Tensor, width: number): Tensor {
  if (width === 1) return places;
  const { graph } = places;
  const starts = mul(reshape(places, [...places.shape, 1]), graph.constant(BigInt64Array.of(BigInt(width)), []));
  return add(starts, graph.constant(BigInt64Array.from({ length: width }, (_, i) => BigInt(i))));
}
