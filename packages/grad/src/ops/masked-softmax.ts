import type { Tensor } from '../graph/tensor.js';
import { LOWEST } from './centred-powers.js';
import { mul } from './mul.js';
import { select } from './select.js';
import { softmax } from './softmax.js';

/**
 * Softmax over the last axis of the places where the float32 `mask`, which broadcasts, is 1; zero where it is 0,
 * whatever number is there. A row without any place is all zeros and has no gradient.
 */
export function maskedSoftmax(x: Tensor, mask?: Tensor): Tensor {
  if (!mask) return softmax(x);
  return mul(softmax(select(x, mask, LOWEST)), mask);
}
