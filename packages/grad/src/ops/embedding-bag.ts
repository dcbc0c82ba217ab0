import { GradError } from '../errors.js';
import { formatShape, sameShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from './add.js';
import { div } from './div.js';
import { gather } from './gather.js';
import { matmul } from './matmul.js';
import { reshape } from './reshape.js';
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
  const total = reshape(matmul(reshape(weights, [bags, 1, length]), gather(table, indices)), [bags, dim]);
  if (mode === 'sum') return total;
  const mass = sum(weights, [1], { keepAxes: true });
  // Too little to change a sum of weights, enough to keep an empty bag from dividing by zero.
  return div(total, add(mass, 1e-30));
}
