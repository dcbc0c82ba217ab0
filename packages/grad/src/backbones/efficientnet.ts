import type { Tensor } from '../graph/tensor.js';
import { dropPath } from '../nn/drop-path.js';
import { dropout } from '../nn/dropout.js';
import { linear } from '../nn/linear.js';
import type { Scope } from '../nn/scope.js';
import { squeezeExcite } from '../nn/squeeze-excite.js';
import { add } from '../ops/add.js';
import { globalAveragePool } from '../ops/average-pool.js';
import { silu } from '../ops/silu.js';
import type { Backbone, FeaturePyramid } from './backbone.js';
import { convNormActivation, roundChannels } from './conv-norm-activation.js';

export interface EfficientNetEncoderOptions {
  /** Multiplies the channels of every layer. Default 1, which is B0's; B3 has 1.2. */
  readonly width?: number;
  /** Multiplies the blocks of every stage. Default 1, which is B0's; B3 has 1.4. */
  readonly depth?: number;
  /** Probability of skipping the last block in training; it rises to this from 0 (stochastic depth). Default 0.2. */
  readonly stochasticDepth?: number;
}

export interface EfficientNetOptions extends EfficientNetEncoderOptions {
  readonly classes: number;
  /** Probability of dropping a feature before the final layer. Default 0.2, which is B0's; B3 has 0.3. */
  readonly dropout?: number;
}

/** Expansion, kernel, stride, channels and blocks of each stage: table 1 of the paper. */
const STAGES = [
  [1, 3, 1, 16, 1],
  [6, 3, 2, 24, 2],
  [6, 5, 2, 40, 2],
  [6, 3, 2, 80, 3],
  [6, 5, 1, 112, 3],
  [6, 5, 2, 192, 4],
  [6, 3, 1, 320, 1],
] as const;

/** EfficientNet (Tan & Le 2019) over x [N, C, H, W] of any size, with torchvision's parameter names. */
export function efficientnet(scope: Scope, x: Tensor, options: EfficientNetOptions): Backbone {
  const { classes, dropout: dropped = 0.2 } = options;
  const stages = efficientnetStages(scope, x, options);
  const narrow = stages.at(-1)!;
  const last = scope.child('features').child(stages.length);
  const y = convNormActivation(last, narrow, 4 * narrow.shape[1]!, { kernel: 1, activation: silu });
  const features = globalAveragePool(y);
  const kept = dropout(scope.child('classifier'), features, dropped);
  return { features, logits: linear(scope.child('classifier').child(1), kept, classes) };
}

/** EfficientNet up to its last block, without the convolution that widens for the classifier: what enters each halving, and the end. */
export function efficientnetEncoder(scope: Scope, x: Tensor, options: EfficientNetEncoderOptions = {}): FeaturePyramid {
  const stages = efficientnetStages(scope, x, options);
  return stages.filter((_, i) => STAGES[i]?.[2] !== 1) as [Tensor, ...Tensor[]];
}

/** The outputs of the first convolution and of every stage: `features.0`, `features.1`, … */
function efficientnetStages(scope: Scope, x: Tensor, options: EfficientNetEncoderOptions): Tensor[] {
  const { width = 1, depth = 1, stochasticDepth = 0.2 } = options;
  const layers = scope.child('features');
  const stem = { kernel: 3, stride: 2, activation: silu };
  const outputs = [convNormActivation(layers.child(0), x, roundChannels(32 * width), stem)];
  const repeats = STAGES.map(([, , , , blocks]) => Math.ceil(blocks * depth));
  const total = repeats.reduce((sum, blocks) => sum + blocks);
  let done = 0;
  STAGES.forEach(([expansion, kernel, stride, channels], stage) => {
    let y = outputs.at(-1)!;
    for (let i = 0; i < repeats[stage]!; i++) {
      y = mobileBottleneck(layers.child(outputs.length).child(i), y, roundChannels(channels * width), {
        expansion,
        kernel,
        stride: i === 0 ? stride : 1,
        dropped: (stochasticDepth * done++) / total,
      });
    }
    outputs.push(y);
  });
  return outputs;
}

interface BottleneckOptions {
  readonly expansion: number;
  readonly kernel: number;
  readonly stride: number;
  /** Probability of skipping the block. */
  readonly dropped: number;
}

/** Widen by 1×1, filter each channel, weigh channels by squeeze-excite, narrow; add the input where shapes allow. */
function mobileBottleneck(scope: Scope, x: Tensor, out: number, options: BottleneckOptions): Tensor {
  const { expansion, kernel, stride, dropped } = options;
  const layers = scope.child('block');
  const channels = x.shape[1]!;
  const wide = roundChannels(channels * expansion);
  let y = x;
  let index = 0;
  if (wide !== channels) y = convNormActivation(layers.child(index++), y, wide, { kernel: 1, activation: silu });
  y = convNormActivation(layers.child(index++), y, wide, { kernel, stride, groups: wide, activation: silu });
  y = squeezeExcite(layers.child(index++), y, Math.max(1, Math.floor(channels / 4)), { activation: silu });
  y = convNormActivation(layers.child(index), y, out, { kernel: 1 });
  return stride === 1 && channels === out ? add(x, dropPath(scope, y, dropped)) : y;
}
