import { differentiable } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { div } from '../ops/div.js';
import { exp } from '../ops/exp.js';
import { log } from '../ops/log.js';
import { max } from '../ops/max.js';
import { mul } from '../ops/mul.js';
import { sub } from '../ops/sub.js';
import { sum } from '../ops/sum.js';

/**
 * Σ targets · log softmax(logits) along `axis`, which is kept with size 1; targets, of the logits' shape, get no
 * gradient. Neither probabilities nor their logarithms are written out: at the size of pictures every pass counts.
 */
export function logLikelihood(logits: Tensor, targets: Tensor, axis: number): Tensor {
  const total = (x: Tensor) => sum(x, [axis], { keepAxes: true });
  const centred = sub(logits, max(logits, [axis], { keepAxes: true }));
  const powers = exp(centred);
  const normalizer = total(powers);
  const mass = total(targets);
  const y = sub(total(mul(targets, centred)), mul(mass, log(normalizer)));
  return differentiable(y, [logits], (dy) => [sub(mul(targets, dy), mul(powers, mul(div(mass, normalizer), dy)))]);
}
