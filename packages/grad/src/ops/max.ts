import { differentiable, node } from '../graph/node.js';
import { normalizeAxes } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { cast } from './cast.js';
import { div } from './div.js';
import { mul } from './mul.js';
import { emitReduce, type ReduceOptions, spread, sum } from './sum.js';

/** Largest value over `axes`; over all of them when none are named. Tied maxima share the gradient evenly. */
export function max(x: Tensor, axes?: readonly number[], { keepAxes = false }: ReduceOptions = {}): Tensor {
  const reduced = normalizeAxes(axes, x.shape.length);
  const y = emitReduce('ReduceMax', x, reduced, keepAxes);
  return differentiable(y, [x], (dy) => {
    const isLargest = cast(node('Equal', [x, spread(y, x.shape, reduced)], x.shape, { dtype: 'bool' }), 'float32');
    return [mul(isLargest, spread(div(dy, sum(isLargest, reduced, { keepAxes })), x.shape, reduced))];
  });
}
