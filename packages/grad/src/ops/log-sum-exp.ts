import { differentiable } from '../graph/node.js';
import { normalizeAxis, reducedShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from './add.js';
import { centredPowers } from './centred-powers.js';
import { div } from './div.js';
import { log } from './log.js';
import { mul } from './mul.js';
import { reshape } from './reshape.js';
import { type ReduceOptions, spread } from './sum.js';

/**
 * log Σ eˣ along `axis`, computed without overflow. NaN where all of x is −∞: mask with a large finite number instead.
 */
export function logSumExp(x: Tensor, axis = -1, { keepAxes = false }: ReduceOptions = {}): Tensor {
  const along = normalizeAxis(axis, x.shape.length);
  const { largest, powers, total } = centredPowers(x, along);
  const y = reshape(add(largest, log(total)), reducedShape(x.shape, [along], keepAxes));
  return differentiable(y, [x], (dy) => [mul(powers, div(spread(dy, total.shape, [along]), total))]);
}
