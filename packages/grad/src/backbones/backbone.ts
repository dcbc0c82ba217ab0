import type { Tensor } from '../graph/tensor.js';

/** What a picture classifier's network computes. */
export interface Backbone {
  /** The penultimate layer [N, F], after pooling. */
  readonly features: Tensor;
  /** [N, classes], before softmax. */
  readonly logits: Tensor;
}
