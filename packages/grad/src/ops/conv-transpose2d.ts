import { GradError } from '../errors.js';
import { differentiable } from '../graph/node.js';
import { formatShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { trainingConv } from '../lower/conv-forward.js';
import { type ConvTransposeOptions, convTransposeGeometry } from '../lower/conv-geometry.js';
import { convInputGradient, plainConvTranspose } from '../lower/conv-input-gradient.js';
import { convWeightGradient } from '../lower/conv-weight-gradient.js';
import { add } from './add.js';
import { reshape } from './reshape.js';
import { emitReduce } from './sum.js';

export interface ConvTranspose2dOptions extends ConvTransposeOptions {
  readonly bias?: Tensor;
  /** Choose the form that is fastest while weights change; without it, one node that accepts any batch. */
  readonly training?: boolean;
}

/**
 * Transposed 2-d convolution of x [N, C, H, W] with weight [C, K / groups, kh, kw] and bias [K] → [N, K, OH, OW], OH =
 * (H − 1)·stride − 2·padding + dilation·(kh − 1) + outputPadding + 1: the adjoint of the `conv2d` with the same weight
 * (Dumoulin & Visin 2016), as PyTorch's `ConvTranspose2d`. Throws `shape` when they do not fit.
 */
export function convTranspose2d(
  x: Tensor,
  weight: Tensor,
  { bias, training = false, ...options }: ConvTranspose2dOptions = {},
): Tensor {
  // The convolution whose adjoint this is: its input is our output.
  const geometry = convTransposeGeometry(x, weight, options);
  const channels = geometry.inChannels;
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== channels)) {
    throw new GradError('shape', `convTranspose2d: bias ${formatShape(bias.shape)} should be [${channels}].`);
  }
  const spread = training ? convInputGradient(x, weight, geometry) : plainConvTranspose(x, weight, bias, geometry);
  const y = training && bias ? add(spread, reshape(bias, [1, channels, 1, 1])) : spread;
  return differentiable(y, bias ? [x, weight, bias] : [x, weight], (dy) => [
    trainingConv(dy, weight, undefined, geometry),
    convWeightGradient(dy, x, geometry),
    bias && emitReduce('ReduceSum', dy, [0, 2, 3], false),
  ]);
}
