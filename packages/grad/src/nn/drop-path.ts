import type { Tensor } from '../graph/tensor.js';
import { dropout } from './dropout.js';
import type { Scope } from './scope.js';

/**
 * Drops whole examples of x [N, …] with probability `p` and scales the rest by 1/(1 − p), for the branch beside a
 * shortcut: stochastic depth (Huang et al. 2016), torchvision's `StochasticDepth` by row. Identity in inference.
 */
export function dropPath(scope: Scope, x: Tensor, p: number): Tensor {
  return dropout(scope, x, p, { maskShape: x.shape.map((size, axis) => (axis === 0 ? size : 1)) });
}
