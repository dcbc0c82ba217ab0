import { differentiable, node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { centredPowers, LOWEST } from '../ops/centred-powers.js';
import { div } from '../ops/div.js';
import { log } from '../ops/log.js';
import { mul } from '../ops/mul.js';
import { sub } from '../ops/sub.js';
import { sum } from '../ops/sum.js';

/**
 * Σ targets · log softmax(logits) along `axis`, which is kept with size 1; targets, of the logits' shape, get no
 * gradient. Neither probabilities nor their logarithms are written out: at the size of pictures every pass counts.
 */
export function logLikelihood(logits: Tensor, targets: Tensor, axis: number): Tensor {
  const along = (x: Tensor) => sum(x, [axis], { keepAxes: true });
  const { centred, powers, total } = centredPowers(logits, axis);
  // Zero times −Infinity, the logit of a class that is masked, would be NaN.
  const finite = node('Clip', [centred, logits.graph.constant(LOWEST)], centred.shape);
  const mass = along(targets);
  const y = sub(along(mul(targets, finite)), mul(mass, log(total)));
  return differentiable(y, [logits], (dy) => [sub(mul(targets, dy), mul(powers, mul(div(mass, total), dy)))]);
}
