import { differentiable } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { emitBroadcast, type Operand, sumTo } from './broadcast.js';
import { mul } from './mul.js';
import { neg } from './neg.js';

/** a / b element by element, broadcasting. */
export function div(a: Tensor, b: Operand): Tensor {
  const { output, right } = emitBroadcast('Div', a, b);
  return differentiable(output, [a, right], (dy) => {
    const da = div(dy, right);
    return [sumTo(da, a.shape), sumTo(neg(mul(da, output)), right.shape)];
  });
}
