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
  /** Mass spread evenly over the classes (Szegedy et al. 2016). Default 0. */
  readonly labelSmoothing?: number;
}

/**
 * Mean cross-entropy of softmax(logits) against int32 labels of the same shape without the axis of the classes. With
 * class weights the mean is over the weights of the labels. Examples without a label are left out; with none left, or
 * none of any weight, the loss is 0. Otherwise equal to PyTorch's `CrossEntropyLoss`. Throws `shape` when logits and labels do not fit.
 */
export function softmaxCrossEntropy(logits: Tensor, labels: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const { axis, classes, hot, classWeights } = labelTargets(logits, labels, options);
  const { labelSmoothing = 0 } = options;
  const weighted = classWeights ? mul(hot, classWeights) : hot;
  let targets = weighted;
  if (labelSmoothing !== 0) {
    const even = mul(sum(hot, [axis], { keepAxes: true }), labelSmoothing / classes);
    targets = add(mul(weighted, 1 - labelSmoothing), classWeights ? mul(even, classWeights) : even);
  }
  const [total, weight] = [neg(sum(logLikelihood(logits, targets, axis))), sum(weighted)];
  // What is smoothed has the weights of the other classes, even where the labels have none.
  const counted = labelSmoothing !== 0 && classWeights ? mul(total, stepAboveZero(weight)) : total;
  return div(counted, atLeastTiny(weight));
}
