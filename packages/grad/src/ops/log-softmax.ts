import { differentiable, node } from '../graph/node.js';
import { normalizeAxis } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { centredPowers } from './centred-powers.js';
import { exp } from './exp.js';
import { log } from './log.js';
import { mul } from './mul.js';
import { sub } from './sub.js';
import { sum } from './sum.js';

/** log softmax(x) along `axis`, computed without overflow. */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  const along = normalizeAxis(axis, x.shape.length);
  const isLast = along === x.shape.length - 1;
  const y = isLast ? node('LogSoftmax', [x], x.shape, { attributes: { axis: -1 } }) : written(x, along);
  return differentiable(y, [x], (dy) => [sub(dy, mul(exp(y), sum(dy, [along], { keepAxes: true })))]);
}

function written(x: Tensor, axis: number): Tensor {
  const { centred, total } = centredPowers(x, axis);
  return sub(centred, log(total));
}
