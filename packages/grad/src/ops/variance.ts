import { differentiable } from '../graph/node.js';
import { normalizeAxes, sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { mean } from './mean.js';
import { mul } from './mul.js';
import { square } from './square.js';
import { sub } from './sub.js';
import { type ReduceOptions, spread, sum } from './sum.js';

export interface VarianceOptions extends ReduceOptions {
  /** Divide by one less than the count, PyTorch's default. Default false: the population variance. */
  readonly unbiased?: boolean;
}

/** Mean squared deviation from the mean over `axes` (two passes, so that large means do no harm); over all by default. */
export function variance(x: Tensor, axes?: readonly number[], options: VarianceOptions = {}): Tensor {
  const { keepAxes = false, unbiased = false } = options;
  const reduced = normalizeAxes(axes, x.shape.length);
  const deviation = sub(x, mean(x, reduced, { keepAxes: true }));
  const total = sum(square(deviation), reduced, { keepAxes });
  const count = sizeOf(x.shape) / sizeOf(total.shape);
  const divisor = unbiased ? Math.max(count - 1, 1) : count;
  // The mean's own derivative cancels: deviations sum to zero.
  return differentiable(mul(total, 1 / divisor), [x], (dy) => [
    mul(deviation, spread(mul(dy, 2 / divisor), x.shape, reduced)),
  ]);
}
