import { differentiable } from '../graph/node.js';
import { normalizeAxis, reducedShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from './add.js';
import { div } from './div.js';
import { exp } from './exp.js';
import { log } from './log.js';
import { max } from './max.js';
import { mul } from './mul.js';
import { reshape } from './reshape.js';
import { sub } from './sub.js';
import { type ReduceOptions, spread, sum } from './sum.js';

/** log Σ eˣ along `axis`, computed without overflow. */
export function logSumExp(x: Tensor, axis = -1, { keepAxes = false }: ReduceOptions = {}): Tensor {
  const along = [normalizeAxis(axis, x.shape.length)];
  const largest = max(x, along, { keepAxes: true });
  const powers = exp(sub(x, largest));
  const total = sum(powers, along, { keepAxes: true });
  const y = reshape(add(largest, log(total)), reducedShape(x.shape, along, keepAxes));
  return differentiable(y, [x], (dy) => [mul(powers, div(spread(dy, total.shape, along), total))]);
}
