import type { Tensor } from '../graph/tensor.js';
import { add } from './add.js';
import { mul } from './mul.js';
import { softmax } from './softmax.js';
import { sub } from './sub.js';

/** Added to a score it leaves nothing of its exponential, yet nothing infinite. */
const EXCLUDED = -1e9;

/**
 * Softmax over the last axis of the places where `mask`, which broadcasts, is 1; zero where it is 0. A row without any
 * is all zeros and has no gradient.
 */
export function maskedSoftmax(x: Tensor, mask?: Tensor): Tensor {
  if (!mask) return softmax(x);
  const offsets = mul(sub(x.graph.constant(1), mask), EXCLUDED);
  return mul(softmax(add(x, offsets)), mask);
}
