import { GradError } from '../errors.js';
import { formatShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { globalAveragePool } from '../ops/average-pool.js';
import { linear } from '../ops/linear.js';
import { mul } from '../ops/mul.js';
import { relu } from '../ops/relu.js';
import { reshape } from '../ops/reshape.js';
import { sigmoid } from '../ops/sigmoid.js';
import { fanInUniform } from './init.js';
import type { Scope } from './scope.js';

export interface SqueezeExciteOptions {
  /** Between the two layers. Default ReLU; EfficientNet takes SiLU. */
  readonly activation?: (x: Tensor) => Tensor;
  /** From the second layer to the factors. Default sigmoid; MobileNetV3 takes the hard sigmoid. */
  readonly gate?: (x: Tensor) => Tensor;
}

/**
 * Scales each channel of x [N, C, H, W] by a factor computed from the means of all channels (Hu et al. 2018). As in
 * torchvision the layers are 1×1 convolutions: `fc1.weight` [squeezed, C, 1, 1], `fc1.bias`, `fc2.weight`, `fc2.bias`.
 */
export function squeezeExcite(
  scope: Scope,
  x: Tensor,
  squeezed: number,
  { activation = relu, gate = sigmoid }: SqueezeExciteOptions = {},
): Tensor {
  const [batch, channels] = x.shape;
  if (x.shape.length !== 4 || batch === undefined || channels === undefined) {
    throw new GradError('shape', `squeezeExcite: x ${formatShape(x.shape)} must be [N, C, H, W].`);
  }
  const hidden = activation(pointwise(scope.child('fc1'), globalAveragePool(x), squeezed));
  const factors = gate(pointwise(scope.child('fc2'), hidden, channels));
  return mul(x, reshape(factors, [batch, channels, 1, 1]));
}

/** A 1×1 convolution of a picture of one pixel, [N, C] → [N, out]. */
function pointwise(scope: Scope, x: Tensor, out: number): Tensor {
  const channels = x.shape[1]!;
  const init = fanInUniform(channels);
  const weight = scope.parameter('weight', [out, channels, 1, 1], init);
  return linear(x, reshape(weight, [out, channels]), scope.parameter('bias', [out], init));
}
