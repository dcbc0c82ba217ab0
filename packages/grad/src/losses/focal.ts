import type { Tensor } from '../graph/tensor.js';
import { add } from '../ops/add.js';
import { div } from '../ops/div.js';
import { exp } from '../ops/exp.js';
import { mul } from '../ops/mul.js';
import { neg } from '../ops/neg.js';
import { pow } from '../ops/pow.js';
import { relu } from '../ops/relu.js';
import { sub } from '../ops/sub.js';
import { sum } from '../ops/sum.js';
import { requireBelow } from '../ranges.js';
import { atLeastTiny } from './at-least-tiny.js';
import { type LabelOptions, labelTargets } from './label-targets.js';
import { logLikelihood } from './log-likelihood.js';

export interface FocalOptions extends LabelOptions {
  /** How far well-classified examples are turned down, 0 or more; 0 is cross-entropy. Default 2. */
  readonly gamma?: number;
}

/** Keeps powers below 1 differentiable at a probability of 1. */
const TINY = 1e-12;

/**
 * Mean of −(1 − p)^γ · log p with p the softmax probability of the label (Lin et al. 2017): cross-entropy that looks at
 * the examples still misclassified. Weights, left-out examples and logits that are not finite as in
 * `softmaxCrossEntropy`. Throws `shape` when logits and labels do not fit, `graph` for a γ out of range.
 */
export function focalLoss(logits: Tensor, labels: Tensor, { gamma = 2, ...options }: FocalOptions = {}): Tensor {
  requireBelow(Number.POSITIVE_INFINITY, { gamma });
  const { axis, hot, classWeights } = labelTargets(logits, labels, options);
  // Zero for examples left out, which makes p = 1 and all that follows zero.
  const logProbability = logLikelihood(logits, hot, axis);
  const miss = relu(sub(logits.graph.constant(1), exp(logProbability)));
  const modulated = gamma === 0 ? logProbability : mul(pow(add(miss, TINY), gamma), logProbability);
  const weights = sum(classWeights ? mul(hot, classWeights) : hot, [axis], { keepAxes: true });
  const weighted = classWeights ? mul(modulated, weights) : modulated;
  return div(neg(sum(weighted)), atLeastTiny(sum(weights)));
}
