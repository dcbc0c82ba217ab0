import { GradError } from '../errors.js';
import type { Tensor } from '../graph/tensor.js';
import { batchNorm } from '../nn/batch-norm.js';
import { conv2d } from '../nn/conv2d.js';
import { kaimingNormalFanOut } from '../nn/init.js';
import type { Scope } from '../nn/scope.js';

export interface ConvNormActivationOptions {
  /** Odd; the padding keeps the picture's size at stride 1. */
  readonly kernel: number;
  readonly stride?: number;
  readonly groups?: number;
  /** Default: none. */
  readonly activation?: (x: Tensor) => Tensor;
}

/** A convolution `0` without bias and its batch norm `1`: torchvision's `Conv2dNormActivation`. */
export function convNormActivation(
  scope: Scope,
  x: Tensor,
  out: number,
  { kernel, stride = 1, groups = 1, activation = (y) => y }: ConvNormActivationOptions,
): Tensor {
  const y = conv2d(scope.child(0), x, out, kernel, {
    stride,
    groups,
    padding: (kernel - 1) / 2,
    bias: false,
    init: kaimingNormalFanOut,
  });
  return activation(batchNorm(scope.child(1), y));
}

/**
 * The nearest multiple of 8 that keeps at least nine tenths of the channels wanted. Throws `shape` unless they are
 * above 0.
 */
export function roundChannels(wanted: number): number {
  if (!(wanted > 0)) throw new GradError('shape', `A layer cannot have ${wanted} channels; look at \`width\`.`);
  const rounded = Math.max(8, Math.floor((wanted + 4) / 8) * 8);
  return rounded < 0.9 * wanted ? rounded + 8 : rounded;
}
