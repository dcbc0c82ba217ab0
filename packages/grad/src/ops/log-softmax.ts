import { differentiable, node } from '../graph/node.js';
import { normalizeAxis } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { exp } from './exp.js';
import { mul } from './mul.js';
import { sub } from './sub.js';
import { sum } from './sum.js';

/** log softmax(x) along `axis`, computed without overflow. */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  const along = normalizeAxis(axis, x.shape.length);
  const y = node('LogSoftmax', [x], x.shape, { attributes: { axis: along } });
  return differentiable(y, [x], (dy) => [sub(dy, mul(exp(y), sum(dy, [along], { keepAxes: true })))]);
}
