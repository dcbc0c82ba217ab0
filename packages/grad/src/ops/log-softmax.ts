import { differentiable, node } from '../graph/node.js';
import { normalizeAxis } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { exp } from './exp.js';
import { log } from './log.js';
import { max } from './max.js';
import { mul } from './mul.js';
import { sub } from './sub.js';
import { sum } from './sum.js';

/** log softmax(x) along `axis`, computed without overflow. */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  const along = normalizeAxis(axis, x.shape.length);
  const y = along === x.shape.length - 1 ? lastAxis(x) : written(x, along);
  return differentiable(y, [x], (dy) => [sub(dy, mul(exp(y), sum(dy, [along], { keepAxes: true })))]);
}

function lastAxis(x: Tensor): Tensor {
  return node('LogSoftmax', [x], x.shape, { attributes: { axis: -1 } });
}

/** Along other axes the operator transposes twice; its definition is four times as fast. */
function written(x: Tensor, axis: number): Tensor {
  const centred = sub(x, max(x, [axis], { keepAxes: true }));
  return sub(centred, log(sum(exp(centred), [axis], { keepAxes: true })));
}
