import type { Tensor } from '../graph/tensor.js';
import { mul } from './mul.js';
import { sub } from './sub.js';

/** x · (1 − y). */
export function timesComplement(x: Tensor, y: Tensor): Tensor {
  return sub(x, mul(x, y));
}
