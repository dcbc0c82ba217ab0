import type { Tensor } from '../graph/tensor.js';
import { type GroupNormOptions, groupNorm as groupNormOp } from '../ops/group-norm.js';
import { ones, zeros } from './init.js';
import type { Scope } from './scope.js';

/**
 * Group normalisation of x [N, C, …] with parameters `weight` and `bias` [C]; the same in training and inference.
 * Throws `shape` when the groups do not divide the channels, and `graph` for an ε below 0.
 */
export function groupNorm(scope: Scope, x: Tensor, options: GroupNormOptions): Tensor {
  const shape = [x.shape[1] ?? 1];
  return groupNormOp(x, scope.parameter('weight', shape, ones), scope.parameter('bias', shape, zeros), options);
}
