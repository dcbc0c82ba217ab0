import { differentiable, node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from './add.js';
import { exp } from './exp.js';
import { mul } from './mul.js';
import { square } from './square.js';

/** x · Φ(x) with the exact normal distribution function (Hendrycks & Gimpel 2016). */
export function gelu(x: Tensor): Tensor {
  const y = node('Gelu', [x], x.shape);
  return differentiable(y, [x], (dy) => {
    const distribution = add(mul(node('Erf', [mul(x, Math.SQRT1_2)], x.shape), 0.5), 0.5);
    const density = mul(exp(mul(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return [mul(dy, add(distribution, mul(x, density)))];
  });
}
