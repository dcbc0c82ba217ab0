import { differentiable, node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { mul } from './mul.js';
import { zerosLike } from './zeros-like.js';

/** xᵃ for a fixed exponent; NaN for x < 0 unless a is whole. The gradient is infinite at zero for 0 < a < 1. */
export function pow(x: Tensor, exponent: number): Tensor {
  const y = node('Pow', [x, x.graph.constant(exponent)], x.shape);
  return differentiable(y, [x], (dy) => [
    // x⁻¹ · 0 would be NaN at zero.
    exponent === 0 ? zerosLike(x) : mul(dy, mul(pow(x, exponent - 1), exponent)),
  ]);
}
