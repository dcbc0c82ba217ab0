import type { Tensor } from '../graph/tensor.js';
import { add } from '../ops/add.js';
import { mean } from '../ops/mean.js';
import { mul } from '../ops/mul.js';
import { neg } from '../ops/neg.js';
import { softplus } from '../ops/softplus.js';
import { sub } from '../ops/sub.js';
import { requireSameShape } from './same-shape.js';

export interface BinaryCrossEntropyOptions {
  /** Factor on the positive part, broadcast against the logits: above 1 it trades precision for recall. Default 1. */
  readonly positiveWeight?: Tensor | number;
}

/**
 * Mean of −w·t·log σ(x) − (1 − t)·log(1 − σ(x)) for logits x and float32 targets t in [0, 1] of the same shape, as
 * PyTorch's `BCEWithLogitsLoss`; any number of classes at once. Throws `shape` when they do not fit.
 */
export function binaryCrossEntropy(
  logits: Tensor,
  targets: Tensor,
  { positiveWeight = 1 }: BinaryCrossEntropyOptions = {},
): Tensor {
  requireSameShape(logits, targets);
  // log(1 − σ(x)) = −x − softplus(−x) and log σ(x) = −softplus(−x).
  const missed = sub(logits.graph.constant(1), targets);
  const factor = positiveWeight === 1 ? undefined : add(mul(targets, positiveWeight), missed);
  const penalty = softplus(neg(logits));
  return mean(add(mul(missed, logits), factor ? mul(penalty, factor) : penalty));
}
