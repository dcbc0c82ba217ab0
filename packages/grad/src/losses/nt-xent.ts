import { GradError } from '../errors.js';
import { formatShape, sameShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { concat } from '../ops/concat.js';
import { logSumExp } from '../ops/log-sum-exp.js';
import { matmul } from '../ops/matmul.js';
import { mean } from '../ops/mean.js';
import { mul } from '../ops/mul.js';
import { normalize } from '../ops/normalize.js';
import { sub } from '../ops/sub.js';
import { sum } from '../ops/sum.js';
import { transpose } from '../ops/transpose.js';
import { diagonalMask } from './similarity.js';

export interface NtXentOptions {
  /** Divides the similarities: the lower, the more the hardest negatives count. Default 0.5. */
  readonly temperature?: number;
}

/**
 * SimCLR's contrastive loss (Chen et al. 2020, equation 1) of two views [N, D] of the same N examples: for each of the
 * 2N vectors, the cross-entropy of finding its other view among all others by cosine similarity. Throws `shape`.
 */
export function ntXentLoss(first: Tensor, second: Tensor, { temperature = 0.5 }: NtXentOptions = {}): Tensor {
  const count = first.shape[0];
  if (first.shape.length !== 2 || !sameShape(first.shape, second.shape) || !count || !(temperature > 0)) {
    throw new GradError(
      'shape',
      `ntXentLoss takes two views [N, D] and a positive temperature, not ${formatShape(first.shape)}, ` +
        `${formatShape(second.shape)} and ${temperature}.`,
    );
  }
  const [a, b] = [normalize(first), normalize(second)];
  const all = concat([a, b], 0);
  const similarities = mul(matmul(all, transpose(all)), 1 / temperature);
  const withoutSelf = sub(similarities, diagonalMask(all.graph, 2 * count));
  // Each pair of views is found from either side, with the same similarity.
  const paired = mul(sum(mul(a, b), [1]), 1 / temperature);
  return sub(mean(logSumExp(withoutSelf)), mean(paired));
}
