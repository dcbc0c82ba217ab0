import { differentiable, node } from '../graph/node.js';
import { normalizeAxis } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { mul } from './mul.js';
import { sub } from './sub.js';
import { sum } from './sum.js';

/** eˣ / Σ eˣ along `axis`. */
export function softmax(x: Tensor, axis = -1): Tensor {
  const along = normalizeAxis(axis, x.shape.length);
  const y = node('Softmax', [x], x.shape, { attributes: { axis: along } });
  return differentiable(y, [x], (dy) => {
    const weighted = mul(dy, y);
    return [sub(weighted, mul(y, sum(weighted, [along], { keepAxes: true })))];
  });
}
