import { differentiable } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { emitBroadcast, type Operand, sumTo } from './broadcast.js';

/** a + b, broadcasting. */
export function add(a: Tensor, b: Operand): Tensor {
  const { output, right } = emitBroadcast('Add', a, b);
  return differentiable(output, [a, right], (dy) => [sumTo(dy, a.shape), sumTo(dy, right.shape)]);
}
