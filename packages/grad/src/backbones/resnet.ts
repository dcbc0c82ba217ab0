import type { Tensor } from '../graph/tensor.js';
import { batchNorm } from '../nn/batch-norm.js';
import { conv2d } from '../nn/conv2d.js';
import { kaimingNormalFanOut } from '../nn/init.js';
import { linear } from '../nn/linear.js';
import type { Scope } from '../nn/scope.js';
import { add } from '../ops/add.js';
import { globalAveragePool } from '../ops/average-pool.js';
import { maxPool } from '../ops/max-pool.js';
import { relu } from '../ops/relu.js';
import type { Backbone } from './backbone.js';

export interface ResNetOptions {
  /** Outputs of the final layer. */
  readonly classes: number;
  /** Channels of the stages; all but the first halve the picture. */
  readonly widths?: readonly number[];
  /** Residual blocks per stage. */
  readonly blocks?: readonly number[];
  /** How the picture enters. Default `imagenet`. */
  readonly stem?: keyof typeof STEMS;
}

/** First convolutions by the size of pictures they suit; only `imagenet` has a max pool after it, for a quarter in all. */
const STEMS = {
  imagenet: { kernel: 7, stride: 2 },
  half: { kernel: 5, stride: 2 },
  full: { kernel: 3, stride: 1 },
} as const;

/**
 * A residual network of basic blocks (He et al. 2016) over x [N, C, H, W] of any size, with torchvision's parameter
 * names. The defaults are ResNet-18.
 */
export function resnet(
  scope: Scope,
  x: Tensor,
  { classes, widths = [64, 128, 256, 512], blocks = widths.map(() => 2), stem = 'imagenet' }: ResNetOptions,
): Backbone {
  let y = residualStem(scope, x, widths[0]!, stem);
  widths.forEach((width, stage) => {
    const layer = scope.child(`layer${stage + 1}`);
    for (let block = 0; block < (blocks[stage] ?? 1); block++) {
      y = basicBlock(layer.child(block), y, width, stage > 0 && block === 0 ? 2 : 1);
    }
  });
  const features = globalAveragePool(y);
  return { features, logits: linear(scope.child('fc'), features, classes) };
}

function residualStem(scope: Scope, x: Tensor, width: number, stem: keyof typeof STEMS): Tensor {
  const { kernel, stride } = STEMS[stem];
  const y = conv2d(scope.child('conv1'), x, width, kernel, {
    stride,
    padding: (kernel - 1) / 2,
    bias: false,
    init: kaimingNormalFanOut,
  });
  const active = relu(batchNorm(scope.child('bn1'), y));
  return stem === 'imagenet' ? maxPool(active, { kernel: 3, stride: 2, padding: 1 }) : active;
}

function basicBlock(scope: Scope, x: Tensor, width: number, stride: number): Tensor {
  const conv = (name: string, input: Tensor, step: number): Tensor =>
    conv2d(scope.child(name), input, width, 3, { stride: step, padding: 1, bias: false, init: kaimingNormalFanOut });
  const hidden = relu(batchNorm(scope.child('bn1'), conv('conv1', x, stride)));
  const residual = batchNorm(scope.child('bn2'), conv('conv2', hidden, 1));
  return relu(add(residual, shortcut(scope.child('downsample'), x, width, stride)));
}

function shortcut(scope: Scope, x: Tensor, width: number, stride: number): Tensor {
  if (stride === 1 && x.shape[1] === width) return x;
  const y = conv2d(scope.child(0), x, width, 1, { stride, bias: false, init: kaimingNormalFanOut });
  return batchNorm(scope.child(1), y);
}
