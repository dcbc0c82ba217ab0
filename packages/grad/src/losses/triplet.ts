import type { Tensor } from '../graph/tensor.js';
import { add } from '../ops/add.js';
import { mean } from '../ops/mean.js';
import { relu } from '../ops/relu.js';
import { sqrt } from '../ops/sqrt.js';
import { square } from '../ops/square.js';
import { sub } from '../ops/sub.js';
import { sum } from '../ops/sum.js';
import { requireSameShape } from './same-shape.js';

export interface TripletOptions {
  /** How much nearer the positive must be. Default 1. */
  readonly margin?: number;
}

/** Added to each difference, as PyTorch does, so that equal vectors have a finite gradient. */
const EPSILON = 1e-6;

/**
 * Mean of max(0, |a − p| − |a − n| + margin) over rows of anchors, positives and negatives [N, D] (Schroff et al. 2015,
 * with plain distances), as PyTorch's `TripletMarginLoss`. Throws `shape` when they differ.
 */
export function tripletLoss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  { margin = 1 }: TripletOptions = {},
): Tensor {
  requireSameShape(anchor, positive, negative);
  const distance = (other: Tensor) => sqrt(sum(square(add(sub(anchor, other), EPSILON)), [-1]));
  return mean(relu(add(sub(distance(positive), distance(negative)), margin)));
}
