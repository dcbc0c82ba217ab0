import { differentiable } from '../graph/node.js';
import { normalizeAxis } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from './add.js';
import { div } from './div.js';
import { mul } from './mul.js';
import { sqrt } from './sqrt.js';
import { square } from './square.js';
import { stepAboveZero } from './step.js';
import { sub } from './sub.js';
import { sum } from './sum.js';

/** Squared lengths below this count as zero. */
const TINY = 1e-24;

/**
 * x divided by its Euclidean length along `axis`. A zero vector stays zero and gets no gradient, where PyTorch's
 * `normalize` multiplies its gradient by 10¹².
 */
export function normalize(x: Tensor, axis = -1): Tensor {
  const along = [normalizeAxis(axis, x.shape.length)];
  const squared = sum(square(x), along, { keepAxes: true });
  const inverse = div(stepAboveZero(sub(squared, TINY)), sqrt(add(squared, TINY)));
  const y = mul(x, inverse);
  return differentiable(y, [x], (dy) => [mul(inverse, sub(dy, mul(y, sum(mul(dy, y), along, { keepAxes: true }))))]);
}
