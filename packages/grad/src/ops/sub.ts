import { differentiable } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { emitBroadcast, type Operand, sumTo } from './broadcast.js';
import { neg } from './neg.js';

/** a − b, broadcasting. */
export function sub(a: Tensor, b: Operand): Tensor {
  const { output, right } = emitBroadcast('Sub', a, b);
  return differentiable(output, [a, right], (dy) => [sumTo(dy, a.shape), neg(sumTo(dy, right.shape))]);
}
