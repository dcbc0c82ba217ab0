import type { Tensor } from '../graph/tensor.js';
import type { Scope } from '../nn/scope.js';

/** What a picture classifier's network computes. */
export interface Backbone {
  /** The penultimate layer [N, F], after pooling. */
  readonly features: Tensor;
  /** [N, classes], before softmax. */
  readonly logits: Tensor;
}

/**
 * The last feature map [N, C, H, W] at each resolution, from large to small, halving from one to the next: of the
 * ImageNet networks those at strides 2, 4, 8, 16 and 32.
 */
export type FeaturePyramid = readonly [Tensor, ...Tensor[]];

/** A network without its classifier, over x [N, C, H, W]. */
export type Encoder = (scope: Scope, x: Tensor) => FeaturePyramid;
