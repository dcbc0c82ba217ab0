import type { Tensor } from '../graph/tensor.js';
import { layerNorm as layerNormOp } from '../ops/layer-norm.js';
import { ones, zeros } from './init.js';
import type { Scope } from './scope.js';

/**
 * Layer normalisation over the last axis, [.., D] → [.., D], with parameters `weight` and `bias` [D]. Throws `shape`
 * where there is nothing to normalise, and `graph` for an ε below 0.
 */
export function layerNorm(scope: Scope, x: Tensor, epsilon?: number): Tensor {
  const shape = [x.shape.at(-1) ?? 1];
  return layerNormOp(x, scope.parameter('weight', shape, ones), scope.parameter('bias', shape, zeros), epsilon);
}
