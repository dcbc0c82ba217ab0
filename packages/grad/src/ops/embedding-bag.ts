import { GradError } from '../errors.js';
import { formatShape, sameShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from './add.js';
import { div } from './div.js';
import { gather } from './gather.js';
import { matmul } from './matmul.js';
import { mean } from './mean.js';
import { mul } from './mul.js';
import { reshape } from './reshape.js';
import { stepAboveZero } from './step.js';
import { sum } from './sum.js';

export interface EmbeddingBagOptions {
  /** Factor per entry [N, L]; bags shorter than L are filled with any valid index of weight 0. Default: all 1. */
  readonly weights?: Tensor;
  /** Divide by the sum of the weights; where that is not above 0, the mean is zeros. Default `sum`. */
  readonly mode?: 'sum' | 'mean';
}

/**
 * Weighted sum or mean of table rows per bag: table [V, D], int32 indices [N, L] → [N, D], zeros for a bag without
 * weight. Indices count and fail as those of `gather`. The gradient of the table is dense; for large tables see
 * `BagTable`. Throws `shape` when they do not fit.
 */
export function embeddingBag(table: Tensor, indices: Tensor, options: EmbeddingBagOptions = {}): Tensor {
  const { weights, mode = 'sum' } = options;
  const [bags, length] = indices.shape;
  const dim = table.shape[1];
  const fits = table.shape.length === 2 && indices.shape.length === 2;
  if (!fits || !dim || !length || (weights && !sameShape(indices.shape, weights.shape))) {
    const given = [table, indices, ...(weights ? [weights] : [])].map(({ shape }) => formatShape(shape)).join(', ');
    throw new GradError('shape', `embeddingBag takes a table [V, D], indices and weights [N, L], not ${given}.`);
  }
  const rows = gather(table, indices);
  if (!weights) return mode === 'mean' ? mean(rows, [1]) : sum(rows, [1]);
  const shares = mode === 'mean' ? mul(weights, inverseOrZero(sum(weights, [1], { keepAxes: true }))) : weights;
  return reshape(matmul(reshape(shares, [bags!, 1, length]), rows), [bags!, dim]);
}

/** 1/x, and 0 where x is not positive, so that an empty bag neither divides by zero nor has a gradient. */
function inverseOrZero(x: Tensor): Tensor {
  return div(stepAboveZero(x), add(x, 1e-30));
}
