import type { Tensor } from '../graph/tensor.js';
import type { Interpolation } from '../lower/interpolate.js';
import { batchNorm } from '../nn/batch-norm.js';
import { conv2d } from '../nn/conv2d.js';
import { kaimingNormalFanOut } from '../nn/init.js';
import type { Scope } from '../nn/scope.js';
import { concat } from '../ops/concat.js';
import { relu } from '../ops/relu.js';
import { upsample } from '../ops/upsample.js';
import type { Encoder } from './backbone.js';

export interface UNetOptions {
  readonly classes: number;
  /** What sees the picture, under the name `encoder`. */
  readonly encoder: Encoder;
  /**
   * Channels of the decoder's blocks, from small maps to large. The last of them stands for all further ones. Default
   * [256, 128, 64, 32, 16].
   */
  readonly channels?: readonly number[];
  /** How maps are enlarged. Default `nearest`. */
  readonly upsampling?: Interpolation;
}

/**
 * U-Net (Ronneberger et al. 2015) on any encoder, over x [N, C, H, W] of any size → class scores [N, classes, H, W],
 * before softmax. From the smallest feature map on, each block enlarges to the size of the next one, joins the two and
 * convolves twice; the last reaches the picture's size without a partner. Names: `encoder.…`,
 * `decoder.0.conv1.weight`, `decoder.0.bn1.weight`, …, `head.weight`, `head.bias`.
 */
export function unet(scope: Scope, x: Tensor, options: UNetOptions): Tensor {
  const { classes, encoder, channels = [256, 128, 64, 32, 16], upsampling = 'nearest' } = options;
  const [deepest, ...skips] = encoder(scope.child('encoder'), x).toReversed();
  const decoder = scope.child('decoder');
  let y = deepest!;
  for (const [i, skip] of [...skips, undefined].entries()) {
    const target = (skip ?? x).shape.slice(2) as [number, number];
    const larger = upsample(y, { size: target, mode: upsampling });
    y = decoderBlock(decoder.child(i), skip ? concat([larger, skip], 1) : larger, channels[i] ?? channels.at(-1)!);
  }
  return conv2d(scope.child('head'), y, classes, 3, { padding: 1 });
}

function decoderBlock(scope: Scope, x: Tensor, width: number): Tensor {
  let y = x;
  for (const index of [1, 2]) {
    const convolution = { padding: 1, bias: false, init: kaimingNormalFanOut };
    y = relu(batchNorm(scope.child(`bn${index}`), conv2d(scope.child(`conv${index}`), y, width, 3, convolution)));
  }
  return y;
}
