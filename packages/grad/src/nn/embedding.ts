import type { Tensor } from '../graph/tensor.js';
import { type EmbeddingBagOptions, embeddingBag as embeddingBagOp } from '../ops/embedding-bag.js';
import { gather } from '../ops/gather.js';
import { normal } from './init.js';
import type { Scope } from './scope.js';

export interface TableOptions {
  readonly rows: number;
  readonly dim: number;
  /** Standard deviation of the first values. Default 1, PyTorch's. */
  readonly deviation?: number;
}

/**
 * int32 indices [..] → [.., dim], with the parameter `weight` [rows, dim]. A negative index counts from the end; see
 * `gather`.
 */
export function embedding(scope: Scope, indices: Tensor, { rows, dim, deviation = 1 }: TableOptions): Tensor {
  return gather(scope.parameter('weight', [rows, dim], normal(deviation)), indices);
}

/** int32 indices [N, L] → [N, dim], the sum or mean of rows of the parameter `weight` [rows, dim]; see the op. */
export function embeddingBag(
  scope: Scope,
  indices: Tensor,
  { rows, dim, deviation = 1, ...options }: TableOptions & EmbeddingBagOptions,
): Tensor {
  return embeddingBagOp(scope.parameter('weight', [rows, dim], normal(deviation)), indices, options);
}
