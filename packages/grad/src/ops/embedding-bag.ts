import { GradError } from '../errors.js';
import { formatShape, sameShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from './add.js';
import { div } from './div.js';
import { gather } from './gather.js';
import { matmul } from './matmul.js';
import { mul } from './mul.js';
import { reshape } from './reshape.js';
import { stepAboveZero } from './step.js';
import { sum } from './sum.js';

export interface EmbeddingBagOptions {
  /** Divide by the sum of the weights. Default `sum`. */
  readonly mode?: 'sum' | 'mean';
}

/**
 * Weighted sum or mean of table rows per bag: table [V, D], int32 indices [N, L], weights [N, L] → [N, D]. Bags shorter
 * than L are filled with any valid index of weight 0; an empty bag gives zeros.
 */
export function embeddingBag(
  table: Tensor,
  indices: Tensor,
  weights: Tensor,
  { mode = 'sum' }: EmbeddingBagOptions = {},
): Tensor {
  const [bags, length] = indices.shape;
  const dim = table.shape[1];
  if (bags === undefined || length === undefined || dim === undefined || !sameShape(indices.shape, weights.shape)) {
    throw new GradError(
      'shape',
      `embeddingBag takes a table [V, D], indices and weights [N, L], not ${[table, indices, weights].map((t) => formatShape(t.shape)).join(', ')}.`,
    );
  }
  const shares = mode === 'mean' ? mul(weights, inverseOrZero(sum(weights, [1], { keepAxes: true }))) : weights;
  return reshape(matmul(reshape(shares, [bags, 1, length]), gather(table, indices)), [bags, dim]);
}

/** 1/x, and 0 where x is not positive, so that an empty bag neither divides by zero nor has a gradient. */
function inverseOrZero(x: Tensor): Tensor {
  return div(stepAboveZero(x), add(x, 1e-30));
}
