import { differentiable } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { emitBroadcast, type Operand, sumTo } from './broadcast.js';

/** a · b element by element, broadcasting. A number as `b` scales. */
export function mul(a: Tensor, b: Operand): Tensor {
  const { output, right } = emitBroadcast('Mul', a, b);
  return differentiable(output, [a, right], (dy) => [sumTo(mul(dy, right), a.shape), sumTo(mul(dy, a), right.shape)]);
}
