import type { Tensor } from '../graph/tensor.js';
import { batchNorm } from '../nn/batch-norm.js';
import { conv2d } from '../nn/conv2d.js';
import { dropout } from '../nn/dropout.js';
import { kaimingNormalFanOut } from '../nn/init.js';
import { linear } from '../nn/linear.js';
import type { Scope } from '../nn/scope.js';
import { add } from '../ops/add.js';
import { globalAveragePool } from '../ops/average-pool.js';
import { relu6 } from '../ops/relu6.js';
import type { Backbone, FeaturePyramid } from './backbone.js';
import { convNormActivation, roundChannels } from './conv-norm-activation.js';

export interface MobileNetV2EncoderOptions {
  /** Multiplies the channels of every layer. Default 1. */
  readonly width?: number;
}

export interface MobileNetV2Options extends MobileNetV2EncoderOptions {
  readonly classes: number;
  /** Probability of dropping a feature before the final layer. Default 0.2. */
  readonly dropout?: number;
}

/** Expansion, channels, repeats and stride of each group of blocks: table 2 of the paper. */
const GROUPS = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

/** MobileNetV2 (Sandler et al. 2018) over x [N, C, H, W] of any size, with torchvision's parameter names. */
export function mobilenetV2(scope: Scope, x: Tensor, options: MobileNetV2Options): Backbone {
  const { classes, width = 1, dropout: dropped = 0.2 } = options;
  const narrow = mobilenetV2Groups(scope, x, width).at(-1)!;
  const last = scope.child('features').child(1 + GROUPS.reduce((blocks, [, , repeats]) => blocks + repeats, 0));
  const wide = roundChannels(1280 * Math.max(1, width));
  const y = convNormActivation(last, narrow, wide, { kernel: 1, activation: relu6 });
  const features = globalAveragePool(y);
  const kept = dropout(scope.child('classifier'), features, dropped);
  return { features, logits: linear(scope.child('classifier').child(1), kept, classes) };
}

/** MobileNetV2 up to its last block, without the convolution that widens for the classifier: what enters each halving, and the end. */
export function mobilenetV2Encoder(
  scope: Scope,
  x: Tensor,
  { width = 1 }: MobileNetV2EncoderOptions = {},
): FeaturePyramid {
  const groups = mobilenetV2Groups(scope, x, width);
  return groups.filter((_, i) => GROUPS[i]?.[3] !== 1) as [Tensor, ...Tensor[]];
}

/** The outputs of the first convolution and of every group of blocks. */
function mobilenetV2Groups(scope: Scope, x: Tensor, width: number): Tensor[] {
  const layers = scope.child('features');
  const stem = { kernel: 3, stride: 2, activation: relu6 };
  const outputs = [convNormActivation(layers.child(0), x, roundChannels(32 * width), stem)];
  let index = 1;
  for (const [expansion, channels, repeats, stride] of GROUPS) {
    let y = outputs.at(-1)!;
    for (let i = 0; i < repeats; i++) {
      y = invertedResidual(layers.child(index++), y, roundChannels(channels * width), expansion, i === 0 ? stride : 1);
    }
    outputs.push(y);
  }
  return outputs;
}

/** Widen by 1×1, filter each channel by 3×3, narrow by 1×1 without activation; add the input where shapes allow. */
function invertedResidual(scope: Scope, x: Tensor, out: number, expansion: number, stride: number): Tensor {
  const layers = scope.child('conv');
  const wide = x.shape[1]! * expansion;
  let y = x;
  let index = 0;
  if (expansion !== 1) y = convNormActivation(layers.child(index++), y, wide, { kernel: 1, activation: relu6 });
  const depthwise = { kernel: 3, stride, groups: wide, activation: relu6 };
  y = convNormActivation(layers.child(index++), y, wide, depthwise);
  y = conv2d(layers.child(index++), y, out, 1, { bias: false, init: kaimingNormalFanOut });
  y = batchNorm(layers.child(index), y);
  return stride === 1 && x.shape[1] === out ? add(x, y) : y;
}
