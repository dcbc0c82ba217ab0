import { GradError } from '../errors.js';
import { differentiable, node } from '../graph/node.js';
import { formatShape, sameShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from './add.js';
import { div } from './div.js';
import { exp } from './exp.js';
import { mul } from './mul.js';
import { neg } from './neg.js';
import { oneHot } from './one-hot.js';
import { sub } from './sub.js';
import { sum } from './sum.js';

export interface CrossEntropyOptions {
  /** Mass spread evenly over the classes (Szegedy et al. 2016). */
  readonly labelSmoothing?: number;
  /** Weight per class [K]; the mean is then over the weights of the labels, as in PyTorch. */
  readonly classWeights?: Tensor;
}

/**
 * Mean cross-entropy of softmax(logits [.., K]) against int32 labels [..]. Examples whose label is outside 0..K−1
 * (PyTorch's −100, say) are left out; with none left the loss is 0. Equals PyTorch's `CrossEntropyLoss`.
 */
export function softmaxCrossEntropy(logits: Tensor, labels: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const classes = logits.shape.at(-1);
  if (classes === undefined || !sameShape(logits.shape.slice(0, -1), labels.shape)) {
    throw new GradError('shape', `Labels ${formatShape(labels.shape)} do not fit logits ${formatShape(logits.shape)}.`);
  }
  const hot = oneHot(labels, classes);
  const weighted = options.classWeights ? mul(hot, options.classWeights) : hot;
  const total = node('Max', [sum(weighted), logits.graph.constant(1e-12)], []);
  const targets = div(smooth(hot, weighted, classes, options), total);

  const logProbabilities = node('LogSoftmax', [logits], logits.shape, { attributes: { axis: -1 } });
  return differentiable(neg(sum(mul(targets, logProbabilities))), [logits], (dy) => {
    const mass = sum(targets, [-1], { keepAxes: true });
    return [mul(sub(mul(exp(logProbabilities), mass), targets), dy)];
  });
}

function smooth(
  hot: Tensor,
  weighted: Tensor,
  classes: number,
  { labelSmoothing = 0, classWeights }: CrossEntropyOptions,
) {
  if (labelSmoothing === 0) return weighted;
  const counted = sum(hot, [-1], { keepAxes: true });
  const even = mul(classWeights ? mul(counted, classWeights) : counted, labelSmoothing / classes);
  return add(mul(weighted, 1 - labelSmoothing), even);
}
