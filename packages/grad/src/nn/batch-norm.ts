import { GradError } from '../errors.js';
import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from '../ops/add.js';
import { batchNorm as batchNormOp, frozenBatchNorm } from '../ops/batch-norm.js';
import { EPSILON } from '../ops/epsilon.js';
import { mul } from '../ops/mul.js';
import { type Initializer, ones, zeros } from './init.js';
import type { Scope } from './scope.js';

export interface BatchNormLayerOptions {
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
  /** The share of the newest batch in the running statistics, from 0 to 1. Default 0.1. */
  readonly momentum?: number;
  /** First values of the scale. Default ones; zeros let a residual branch start silent. */
  readonly init?: Initializer;
}

/**
 * Batch normalization of x [N, C, …] with parameters `weight` and `bias` and buffers `running_mean` and `running_var`,
 * all [C]. Training uses the batch's statistics and moves the running ones towards them; inference uses the running
 * ones, and so does training where `weight` and `bias` are frozen. As in PyTorch the running variance is the unbiased
 * one, n / (n − 1) times that which normalizes. Throws `shape` for x without channels, and `graph` for an ε below 0 or
 * a momentum out of range.
 */
export function batchNorm(
  scope: Scope,
  x: Tensor,
  { epsilon = EPSILON, momentum = 0.1, init = ones }: BatchNormLayerOptions = {},
): Tensor {
  if (!(momentum >= 0 && momentum <= 1)) {
    throw new GradError('graph', `batchNorm: momentum must be from 0 to 1, not ${momentum}.`);
  }
  const shape = [x.shape[1] ?? 1];
  const weight = scope.parameter('weight', shape, init);
  const bias = scope.parameter('bias', shape, zeros);
  const runningMean = scope.buffer('running_mean', shape, zeros);
  const runningVariance = scope.buffer('running_var', shape, ones);
  if (!scope.training || (scope.isFrozen('weight') && scope.isFrozen('bias'))) {
    return frozenBatchNorm(x, weight, bias, { mean: runningMean, variance: runningVariance }, { epsilon });
  }
  const { y, mean, variance } = batchNormOp(x, weight, bias, { epsilon });
  const count = sizeOf(x.shape) / shape[0]!;
  const moved = (running: Tensor, batch: Tensor, share: number): Tensor =>
    add(mul(running, 1 - momentum), mul(batch, share));
  scope.updateBuffer('running_mean', moved(runningMean, mean, momentum));
  scope.updateBuffer('running_var', moved(runningVariance, variance, (momentum * count) / Math.max(count - 1, 1)));
  return y;
}
