import type { Tensor } from '../graph/tensor.js';
import { linear as linearOp } from '../ops/linear.js';
import { fanInUniform } from './init.js';
import type { Scope } from './scope.js';

export interface LinearOptions {
  /** Default true. */
  readonly bias?: boolean;
}

/** A fully connected layer [.., in] → [.., out] with parameters `weight` [out, in] and `bias` [out]. */
export function linear(scope: Scope, x: Tensor, out: number, { bias = true }: LinearOptions = {}): Tensor {
  const features = x.shape.at(-1) ?? 1;
  const init = fanInUniform(features);
  return linearOp(
    x,
    scope.parameter('weight', [out, features], init),
    bias ? scope.parameter('bias', [out], init) : undefined,
  );
}
