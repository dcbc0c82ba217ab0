import type { Tensor } from '../graph/tensor.js';
import { add } from '../ops/add.js';
import { div } from '../ops/div.js';
import { mean } from '../ops/mean.js';
import { mul } from '../ops/mul.js';
import { softmax } from '../ops/softmax.js';
import { sub } from '../ops/sub.js';
import { sum } from '../ops/sum.js';
import { requireBelow } from '../ranges.js';
import { type LabelOptions, labelTargets } from './label-targets.js';

export interface DiceOptions extends Omit<LabelOptions, 'classWeights'> {
  /**
   * Added above and below the fraction, so that a class neither present nor predicted counts as right. With 0 the loss
   * can become NaN where there is such a class. Default 1.
   */
  readonly smooth?: number;
}

/**
 * 1 − the mean over classes of 2·Σ p·t / (Σ p + Σ t), the soft Dice coefficient (Milletari et al. 2016) of the softmax
 * probabilities p and the labels t, summed over the whole batch. Unlike cross-entropy it weighs a small class like a
 * large one. Examples without a label are left out. Throws `shape` when logits and labels do not fit, `graph` for a
 * `smooth` below 0.
 */
export function diceLoss(logits: Tensor, labels: Tensor, { smooth = 1, ...options }: DiceOptions = {}): Tensor {
  requireBelow(Number.POSITIVE_INFINITY, { smooth });
  const { axis, hot } = labelTargets(logits, labels, options);
  const others = [...logits.shape.keys()].filter((each) => each !== axis);
  const labelled = sum(hot, [axis], { keepAxes: true });
  const probabilities = mul(softmax(logits, axis), labelled);
  const shared = sum(mul(probabilities, hot), others);
  const sizes = add(sum(probabilities, others), sum(hot, others));
  const dice = div(add(mul(shared, 2), smooth), add(sizes, smooth));
  return sub(logits.graph.constant(1), mean(dice));
}
