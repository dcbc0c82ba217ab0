import type { Tensor } from '../graph/tensor.js';
import { hardSigmoid } from './hard-sigmoid.js';
import { mul } from './mul.js';

/** x · hardSigmoid(x) (Howard et al. 2019). */
export function hardSwish(x: Tensor): Tensor {
  return mul(x, hardSigmoid(x));
}
