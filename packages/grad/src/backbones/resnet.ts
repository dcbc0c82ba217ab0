import { GradError } from '../errors.js';
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
import type { Backbone, FeaturePyramid } from './backbone.js';

export interface ResNetEncoderOptions {
  /** Channels of the stages, before expansion; all but the first halve the picture. Default [64, 128, 256, 512]. */
  readonly widths?: readonly number[];
  /** Residual blocks per stage. Default 2 in each. */
  readonly blocks?: readonly number[];
  /** `basic`: two 3×3; `bottleneck`: 1×1, 3×3 and 1×1 to four times the width. Default `basic`. */
  readonly block?: 'basic' | 'bottleneck';
  /** Groups of a bottleneck's 3×3 convolution (ResNeXt, Xie et al. 2017). Default 1, which basic blocks need. */
  readonly groups?: number;
  /** Channels of each of those groups where a stage is 64 wide. Default 64, which basic blocks need. */
  readonly groupWidth?: number;
  /** How the picture enters. Default `imagenet`. */
  readonly stem?: keyof typeof STEMS;
}

export interface ResNetOptions extends ResNetEncoderOptions {
  /** Outputs of the final layer. */
  readonly classes: number;
}

/** First convolutions by the size of pictures they suit; only `imagenet` has a max pool after it, for a quarter in all. */
const STEMS = {
  imagenet: { kernel: 7, stride: 2 },
  half: { kernel: 5, stride: 2 },
  full: { kernel: 3, stride: 1 },
} as const;

/** The channels a bottleneck ends in, in units of its width. */
const EXPANSION = 4;

/**
 * A residual network (He et al. 2016) over x [N, C, H, W] of any size, with torchvision's parameter names. The defaults
 * are ResNet-18. Throws as `resnetEncoder` does.
 */
export function resnet(scope: Scope, x: Tensor, { classes, ...options }: ResNetOptions): Backbone {
  const features = globalAveragePool(resnetEncoder(scope, x, options).at(-1)!);
  return { features, logits: linear(scope.child('fc'), features, classes) };
}

/**
 * A residual network without its classifier: what enters the max pool, where there is one, and the output of each
 * stage. Throws `graph` for an unknown stem, and for groups in basic blocks.
 */
export function resnetEncoder(scope: Scope, x: Tensor, options: ResNetEncoderOptions = {}): FeaturePyramid {
  requireForm(options);
  const { widths = [64, 128, 256, 512], blocks = widths.map(() => 2), stem = 'imagenet' } = options;
  const entering = residualStem(scope, x, widths[0]!, stem);
  const first = relu(entering);
  const pooled = stem === 'imagenet';
  let y = pooled ? pooledStem(scope, entering, first) : first;
  const stages = widths.map((width, stage): Tensor => {
    const layer = scope.child(`layer${stage + 1}`);
    for (let block = 0; block < (blocks[stage] ?? 1); block++) {
      y = residualBlock(layer.child(block), y, width, stage > 0 && block === 0 ? 2 : 1, options);
    }
    return y;
  });
  return (pooled ? [first, ...stages] : stages) as [Tensor, ...Tensor[]];
}

function requireForm({ block = 'basic', groups = 1, groupWidth = 64, stem = 'imagenet' }: ResNetEncoderOptions): void {
  if (!Object.hasOwn(STEMS, stem)) {
    throw new GradError('graph', `The stem '${stem}' is none of ${Object.keys(STEMS).join(', ')}.`);
  }
  if (block === 'basic' && (groups !== 1 || groupWidth !== 64)) {
    throw new GradError(
      'graph',
      "groups and groupWidth are those of `block: 'bottleneck'`; basic blocks have neither.",
    );
  }
}

function residualStem(scope: Scope, x: Tensor, width: number, stem: keyof typeof STEMS): Tensor {
  const { kernel, stride } = STEMS[stem];
  const y = convolution(scope.child('conv1'), x, width, kernel, { stride });
  return batchNorm(scope.child('bn1'), y);
}

/** The maximum of what ReLU leaves is what ReLU leaves of the maximum: a quarter of the work while training. */
function pooledStem(scope: Scope, entering: Tensor, first: Tensor): Tensor {
  const windows = { kernel: 3, stride: 2, padding: 1 };
  return scope.training ? relu(maxPool(entering, windows)) : maxPool(first, windows);
}

function residualBlock(
  scope: Scope,
  x: Tensor,
  width: number,
  stride: number,
  { block = 'basic', groups = 1, groupWidth = 64 }: ResNetEncoderOptions,
): Tensor {
  const layer = (index: number, input: Tensor, out: number, kernel: number, options = {}): Tensor => {
    const y = convolution(scope.child(`conv${index}`), input, out, kernel, options);
    return batchNorm(scope.child(`bn${index}`), y);
  };
  if (block === 'basic') {
    const residual = layer(2, relu(layer(1, x, width, 3, { stride })), width, 3);
    return relu(add(residual, shortcut(scope.child('downsample'), x, width, stride)));
  }
  const inner = Math.floor((width * groupWidth) / 64) * groups;
  const filtered = relu(layer(2, relu(layer(1, x, inner, 1)), inner, 3, { stride, groups }));
  const residual = layer(3, filtered, width * EXPANSION, 1);
  return relu(add(residual, shortcut(scope.child('downsample'), x, width * EXPANSION, stride)));
}

function shortcut(scope: Scope, x: Tensor, width: number, stride: number): Tensor {
  if (stride === 1 && x.shape[1] === width) return x;
  return batchNorm(scope.child(1), convolution(scope.child(0), x, width, 1, { stride }));
}

function convolution(
  scope: Scope,
  x: Tensor,
  out: number,
  kernel: number,
  options: { readonly stride?: number; readonly groups?: number },
): Tensor {
  const padding = (kernel - 1) / 2;
  return conv2d(scope, x, out, kernel, { ...options, padding, bias: false, init: kaimingNormalFanOut });
}
