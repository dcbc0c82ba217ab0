import { GradError } from '../errors.js';
import { node } from '../graph/node.js';
import { formatShape, sameShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { cast } from '../ops/cast.js';
import { logSumExp } from '../ops/log-sum-exp.js';
import { matmul } from '../ops/matmul.js';
import { mean } from '../ops/mean.js';
import { mul } from '../ops/mul.js';
import { reshape } from '../ops/reshape.js';
import { sub } from '../ops/sub.js';
import { sum } from '../ops/sum.js';
import { transpose } from '../ops/transpose.js';
import { diagonalMask, EXCLUDED } from './similarity.js';

export interface InBatchSoftmaxOptions {
  /** Logarithm of each item's chance of being in a batch [N]; without it popular items are pushed away too hard. */
  readonly logFrequency?: Tensor;
  /** int32 [N]: what the items are. The same item in another row is then no negative. */
  readonly items?: Tensor;
  /** Divides the scores. Default 1. */
  readonly temperature?: number;
}

/**
 * Sampled softmax over the batch for two towers (Yi et al. 2019): queries and candidates [N, D], row i belonging to row
 * i; mean cross-entropy of finding each query's own candidate among those of all, by the scores q·cᵀ / τ − log frequency.
 * Throws `shape` when they do not fit.
 */
export function inBatchSoftmaxLoss(queries: Tensor, candidates: Tensor, options: InBatchSoftmaxOptions = {}): Tensor {
  const { logFrequency, items, temperature = 1 } = options;
  const [count] = queries.shape;
  const vectors = [logFrequency, items].filter((each) => each !== undefined);
  const fits = queries.shape.length === 2 && sameShape(queries.shape, candidates.shape) && temperature > 0;
  if (!fits || !count || !vectors.every(({ shape }) => sameShape(shape, [count]))) {
    throw new GradError(
      'shape',
      'inBatchSoftmaxLoss takes queries and candidates [N, D], one value per row and a positive temperature, not ' +
        `${[queries, candidates, ...vectors].map(({ shape }) => formatShape(shape)).join(', ')} and ${temperature}.`,
    );
  }
  const corrected = (scores: Tensor) => (logFrequency ? sub(scores, logFrequency) : scores);
  const scores = corrected(mul(matmul(queries, transpose(candidates)), 1 / temperature));
  const own = corrected(mul(sum(mul(queries, candidates), [1]), 1 / temperature));
  return sub(mean(logSumExp(items ? sub(scores, repeatsOf(items)) : scores)), mean(own));
}

/** [N, N]: EXCLUDED where another row holds the same item. */
function repeatsOf(items: Tensor): Tensor {
  const count = items.shape[0]!;
  const same = node('Equal', [reshape(items, [count, 1]), items], [count, count], { dtype: 'bool' });
  return sub(mul(cast(same, 'float32'), EXCLUDED), diagonalMask(items.graph, count));
}
