import { GradError } from '../errors.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from '../ops/add.js';
import { div } from '../ops/div.js';
import { mul } from '../ops/mul.js';
import { neg } from '../ops/neg.js';
import { stepAboveZero } from '../ops/step.js';
import { sum } from '../ops/sum.js';
import { atLeastTiny } from './at-least-tiny.js';
import { type LabelOptions, labelTargets } from './label-targets.js';
import { logLikelihood } from './log-likelihood.js';

export interface CrossEntropyOptions extends LabelOptions {
  /** Mass spread evenly over the classes, from 0 to 1 (Szegedy et al. 2016). Default 0. */
  readonly labelSmoothing?: number;
}

/**
 * Mean cross-entropy of softmax(logits) against int32 labels of the same shape without the axis of the classes. With
 * class weights the mean is over the weights of the labels. Examples without a label are left out; with none left, or
 * none of any weight, the loss is 0. A logit of −Infinity leaves a class no probability, which costs more than 10³⁰
 * where its target is not 0. An example with no other logits, or with one that is NaN or Infinity, makes the loss NaN
 * even when it is left out. Otherwise equal to PyTorch's `CrossEntropyLoss`. Throws `shape` when logits and labels do
 * not fit, `graph` for a smoothing out of range.
 */
export function softmaxCrossEntropy(logits: Tensor, labels: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const { labelSmoothing = 0 } = options;
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new GradError('graph', `labelSmoothing must be from 0 to 1, not ${labelSmoothing}.`);
  }
  const { axis, classes, hot, classWeights } = labelTargets(logits, labels, options);
  const weighted = classWeights ? mul(hot, classWeights) : hot;
  let targets = weighted;
  if (labelSmoothing !== 0) {
    const even = mul(sum(hot, [axis], { keepAxes: true }), labelSmoothing / classes);
    targets = add(mul(weighted, 1 - labelSmoothing), classWeights ? mul(even, classWeights) : even);
  }
  const total = neg(sum(logLikelihood(logits, targets, axis)));
  // By example first, as the likelihood does: where these are the targets, the runtime goes over them once.
  const weight = sum(sum(weighted, [axis], { keepAxes: true }));
  // What is smoothed has the weights of the other classes, even where the labels have none.
  const counted = labelSmoothing !== 0 && classWeights ? mul(total, stepAboveZero(weight)) : total;
  return div(counted, atLeastTiny(weight));
}
