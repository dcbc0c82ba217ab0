import { differentiable } from '../graph/node.js';
import { normalizeAxes, sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { mul } from './mul.js';
import { emitReduce, type ReduceOptions, spread } from './sum.js';

/** Mean over `axes`; over all of them when none are named. */
export function mean(x: Tensor, axes?: readonly number[], { keepAxes = false }: ReduceOptions = {}): Tensor {
  const reduced = normalizeAxes(axes, x.shape.length);
  const y = emitReduce('ReduceMean', x, reduced, keepAxes);
  return differentiable(y, [x], (dy) => {
    const count = sizeOf(x.shape) / sizeOf(y.shape);
    return [spread(mul(dy, 1 / count), x.shape, reduced)];
  });
}
