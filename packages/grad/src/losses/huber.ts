import { GradError } from '../errors.js';
import { differentiable, node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { mean } from '../ops/mean.js';
import { mul } from '../ops/mul.js';
import { sub } from '../ops/sub.js';
import { requireSameShape } from './same-shape.js';

export interface HuberOptions {
  /** Where the parabola passes into straight lines. Default 1. */
  readonly delta?: number;
}

/**
 * Mean of d²/2 where |d| ≤ δ and δ·(|d| − δ/2) beyond, for the differences d (Huber 1964), as PyTorch's `HuberLoss`;
 * divided by δ it is `SmoothL1Loss`. Outliers pull no harder than at δ. Throws `shape` when the shapes differ,
 * `graph` when δ is not positive.
 */
export function huberLoss(prediction: Tensor, target: Tensor, { delta = 1 }: HuberOptions = {}): Tensor {
  requireSameShape(prediction, target);
  if (!(delta > 0)) throw new GradError('graph', `delta must be above 0, not ${delta}.`);
  const { graph } = prediction;
  const difference = sub(prediction, target);
  const clipped = node('Clip', [difference, graph.constant(-delta), graph.constant(delta)], difference.shape);
  // c·(d − c/2) is both pieces at once, and its derivative is c.
  const penalty = node('Mul', [clipped, sub(difference, mul(clipped, 0.5))], difference.shape);
  return mean(differentiable(penalty, [difference], (dy) => [mul(dy, clipped)]));
}
