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
import type { Backbone } from './backbone.js';

export interface MobileNetV2Options {
  readonly classes: number;
  /** Multiplies the channels of every layer. */
  readonly width?: number;
  /** Probability of dropping a feature before the final layer. */
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
  const layers = scope.child('features');
  let y = convNormActivation(layers.child(0), x, channelsOf(32 * width), { kernel: 3, stride: 2 });
  let index = 1;
  for (const [expansion, channels, repeats, stride] of GROUPS) {
    for (let i = 0; i < repeats; i++) {
      y = invertedResidual(layers.child(index++), y, channelsOf(channels * width), expansion, i === 0 ? stride : 1);
    }
  }
  y = convNormActivation(layers.child(index), y, channelsOf(1280 * Math.max(1, width)), { kernel: 1 });
  const features = globalAveragePool(y);
  const kept = dropout(scope.child('classifier'), features, dropped);
  return { features, logits: linear(scope.child('classifier').child(1), kept, classes) };
}

/** The nearest multiple of 8 that keeps at least nine tenths of the channels. */
function channelsOf(wanted: number): number {
  const rounded = Math.max(8, Math.floor((wanted + 4) / 8) * 8);
  return rounded < 0.9 * wanted ? rounded + 8 : rounded;
}

interface Convolution {
  readonly kernel: number;
  readonly stride?: number;
  readonly groups?: number;
}

function convNormActivation(
  scope: Scope,
  x: Tensor,
  out: number,
  { kernel, stride = 1, groups = 1 }: Convolution,
): Tensor {
  const y = conv2d(scope.child(0), x, out, kernel, {
    stride,
    groups,
    padding: (kernel - 1) / 2,
    bias: false,
    init: kaimingNormalFanOut,
  });
  return relu6(batchNorm(scope.child(1), y));
}

/** Widen by 1×1, filter each channel by 3×3, narrow by 1×1 without activation; add the input where shapes allow. */
function invertedResidual(scope: Scope, x: Tensor, out: number, expansion: number, stride: number): Tensor {
  const layers = scope.child('conv');
  const wide = x.shape[1]! * expansion;
  let index = 0;
  const expanded = expansion === 1 ? x : convNormActivation(layers.child(index++), x, wide, { kernel: 1 });
  const filtered = convNormActivation(layers.child(index++), expanded, wide, { kernel: 3, stride, groups: wide });
  const narrow = conv2d(layers.child(index++), filtered, out, 1, { bias: false, init: kaimingNormalFanOut });
  const y = batchNorm(layers.child(index), narrow);
  return stride === 1 && x.shape[1] === out ? add(x, y) : y;
}
