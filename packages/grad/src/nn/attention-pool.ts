import { GradError } from '../errors.js';
import { formatShape, sameShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { linear as linearOp } from '../ops/linear.js';
import { maskedSoftmax } from '../ops/masked-softmax.js';
import { matmul } from '../ops/matmul.js';
import { reshape } from '../ops/reshape.js';
import { select } from '../ops/select.js';
import { tanh } from '../ops/tanh.js';
import { fanInUniform } from './init.js';
import { linear } from './linear.js';
import type { Scope } from './scope.js';

export interface AttentionPoolOptions {
  /** Width of the layer that scores each step. */
  readonly size: number;
  /** float32 [N, T], 1 for the steps that count and 0 for padding, which may hold any numbers. Default: all count. */
  readonly mask?: Tensor;
}

export interface AttentionPoolResult {
  /** Σ weights · x [N, D]; zero where the mask leaves no step. */
  readonly pooled: Tensor;
  /** How much each step counts [N, T]; they sum to 1. */
  readonly weights: Tensor;
}

/**
 * The mean of the steps of x [N, T, D] weighted by attention, softmax over steps of v · tanh(W·x + b) (Yang et al. 2016,
 * equations 5 to 7). Parameters: `projection.weight` [size, D], `projection.bias`, `context` [1, size].
 */
export function attentionPool(scope: Scope, x: Tensor, { size, mask }: AttentionPoolOptions): AttentionPoolResult {
  const [batch, time, features] = x.shape;
  if (x.shape.length !== 3 || !time || !features || (mask && !sameShape(mask.shape, [batch!, time]))) {
    const given = [x, ...(mask ? [mask] : [])].map(({ shape }) => formatShape(shape)).join(' and ');
    throw new GradError('shape', `attentionPool takes x [N, T, D] and a mask [N, T], not ${given}.`);
  }
  const steps = mask ? select(x, reshape(mask, [batch!, time, 1]), 0) : x;
  const hidden = tanh(linear(scope.child('projection'), steps, size));
  const context = scope.parameter('context', [1, size], fanInUniform(size));
  const scores = reshape(linearOp(hidden, context), [batch!, time]);
  const weights = maskedSoftmax(scores, mask);
  return { pooled: reshape(matmul(reshape(weights, [batch!, 1, time]), steps), [batch!, features]), weights };
}
