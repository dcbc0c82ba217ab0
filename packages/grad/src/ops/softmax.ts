import { differentiable, node } from '../graph/node.js';
import { normalizeAxis } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { centredPowers } from './centred-powers.js';
import { div } from './div.js';
import { mul } from './mul.js';
import { sub } from './sub.js';
import { sum } from './sum.js';

/** eˣ / Σ eˣ along `axis`, computed without overflow. */
export function softmax(x: Tensor, axis = -1): Tensor {
  const along = normalizeAxis(axis, x.shape.length);
  const isLast = along === x.shape.length - 1;
  const y = isLast ? node('Softmax', [x], x.shape, { attributes: { axis: -1 } }) : written(x, along);
  return differentiable(y, [x], (dy) => {
    const weighted = mul(dy, y);
    return [sub(weighted, mul(y, sum(weighted, [along], { keepAxes: true })))];
  });
}

function written(x: Tensor, axis: number): Tensor {
  const { powers, total } = centredPowers(x, axis);
  return div(powers, total);
}
