import { GradError } from '../errors.js';
import { differentiable } from '../graph/node.js';
import { formatShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { prefersSubsample, subsample, subsampleGradient } from '../lower/blocked-subsample.js';
import { plainConv, trainingConv } from '../lower/conv-forward.js';
import { type ConvOptions, convGeometry } from '../lower/conv-geometry.js';
import { convInputGradient } from '../lower/conv-input-gradient.js';
import { convWeightGradient } from '../lower/conv-weight-gradient.js';
import { emitReduce } from './sum.js';

export interface Conv2dOptions extends ConvOptions {
  readonly bias?: Tensor;
  /**
   * Choose the form that is fastest while weights change, as a graph with a `channelBlock` does by itself; without it, one
   * Conv node that accepts any batch.
   */
  readonly training?: boolean;
}

/**
 * 2-d cross-correlation of x [N, C, H, W] with weight [K, C / groups, kh, kw] and bias [K] → [N, K, OH, OW].
 * Throws `shape` when they do not fit.
 */
export function conv2d(x: Tensor, weight: Tensor, { bias, training = false, ...options }: Conv2dOptions = {}): Tensor {
  const geometry = convGeometry(x, weight, options);
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== geometry.outChannels)) {
    throw new GradError('shape', `conv2d: bias ${formatShape(bias.shape)} should be [${geometry.outChannels}].`);
  }
  const changing = training || x.graph.channelBlock !== undefined;
  if (changing && prefersSubsample(x, geometry)) {
    const positions = differentiable(subsample(x), [x], (dy) => [subsampleGradient(dy)]);
    return conv2d(positions, weight, { ...(bias && { bias }), training });
  }
  const y = (changing ? trainingConv : plainConv)(x, weight, bias, geometry);
  return differentiable(y, bias ? [x, weight, bias] : [x, weight], (dy) => [
    convInputGradient(dy, weight, geometry),
    convWeightGradient(x, dy, geometry),
    bias && emitReduce('ReduceSum', dy, [0, 2, 3], false),
  ]);
}
