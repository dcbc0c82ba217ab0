import { differentiable, node } from '../graph/node.js';
import { normalizeAxis } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { div } from './div.js';
import { exp } from './exp.js';
import { max } from './max.js';
import { mul } from './mul.js';
import { sub } from './sub.js';
import { sum } from './sum.js';

/** eˣ / Σ eˣ along `axis`, computed without overflow. */
export function softmax(x: Tensor, axis = -1): Tensor {
  const along = normalizeAxis(axis, x.shape.length);
  const y = along === x.shape.length - 1 ? lastAxis(x) : written(x, along);
  return differentiable(y, [x], (dy) => {
    const weighted = mul(dy, y);
    return [sub(weighted, mul(y, sum(weighted, [along], { keepAxes: true })))];
  });
}

function lastAxis(x: Tensor): Tensor {
  return node('Softmax', [x], x.shape, { attributes: { axis: -1 } });
}

/** Along other axes the operator transposes twice; its definition is four times as fast. */
function written(x: Tensor, axis: number): Tensor {
  const powers = exp(sub(x, max(x, [axis], { keepAxes: true })));
  return div(powers, sum(powers, [axis], { keepAxes: true }));
}
