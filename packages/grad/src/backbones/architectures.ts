import type { Tensor } from '../graph/tensor.js';
import type { Scope } from '../nn/scope.js';
import type { Backbone, Encoder } from './backbone.js';
import { roundChannels } from './conv-norm-activation.js';
import { efficientnet, efficientnetEncoder } from './efficientnet.js';
import { mobilenetV2, mobilenetV2Encoder } from './mobilenet-v2.js';
import { type ResNetEncoderOptions, resnet, resnetEncoder } from './resnet.js';

/** How pictures enter a network that was trained on ImageNet, as torchvision's weights expect them. */
export interface InputRecipe {
  /** Pixels of the square that is cut from the middle. */
  readonly size: number;
  /** Pixels of the shorter side before that. */
  readonly resize: number;
  readonly interpolation: 'bilinear' | 'bicubic';
  /** Of red, green and blue in [0, 1]; the network takes (value − mean) / deviation. */
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
}

export interface ArchitectureOptions {
  readonly classes: number;
  /** Multiplies the channels of every layer. Published weights fit at 1, the default. */
  readonly width?: number;
}

/** A network with torchvision's form and parameter names, so that its published weights fit. */
export interface Architecture {
  /** The whole network over x [N, C, H, W]. */
  readonly build: (scope: Scope, x: Tensor, options: ArchitectureOptions) => Backbone;
  /** The network up to its last feature map, under the same names: for U-Net and for detection. */
  readonly encoder: Encoder;
  /** Name prefixes from input to output: one stage for each size of feature maps, then the classifier. See `layerWiseDecay`. */
  readonly stages: readonly (readonly string[])[];
  /** The prefix of the last layer, whose size goes with the classes. */
  readonly head: string;
  /** Prefixes of all that the encoder does without. */
  readonly beyondEncoder: readonly string[];
  readonly input: InputRecipe;
}

const IMAGENET = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] } as const;
const BILINEAR_224 = { size: 224, resize: 256, interpolation: 'bilinear', ...IMAGENET } as const;

/** The networks by torchvision's names. */
export const architectures = {
  resnet18: residual({ blocks: [2, 2, 2, 2] }),
  resnet34: residual({ blocks: [3, 4, 6, 3] }),
  resnet50: residual({ block: 'bottleneck', blocks: [3, 4, 6, 3] }),
  resnext101_32x8d: residual({ block: 'bottleneck', blocks: [3, 4, 23, 3], groups: 32, groupWidth: 8 }),
  mobilenet_v2: {
    build: mobilenetV2,
    encoder: mobilenetV2Encoder,
    ...featuresThenClassifier([2, 4, 7, 14, 18]),
    input: BILINEAR_224,
  },
  efficientnet_b0: efficient({ width: 1, depth: 1 }, 0.2, { size: 224, resize: 256 }),
  efficientnet_b3: efficient({ width: 1.2, depth: 1.4 }, 0.3, { size: 300, resize: 320 }),
} as const satisfies Record<string, Architecture>;

export type ArchitectureName = keyof typeof architectures;

function residual(options: ResNetEncoderOptions): Architecture {
  return {
    build: (scope, x, { classes, width = 1 }) => {
      const widths = [64, 128, 256, 512].map((channels) => roundChannels(channels * width));
      return resnet(scope, x, { ...options, widths, classes });
    },
    encoder: (scope, x) => resnetEncoder(scope, x, options),
    stages: [['conv1', 'bn1'], ['layer1'], ['layer2'], ['layer3'], ['layer4'], ['fc']],
    head: 'fc',
    beyondEncoder: ['fc'],
    input: BILINEAR_224,
  };
}

function efficient(
  options: { readonly width: number; readonly depth: number },
  dropout: number,
  sizes: Pick<InputRecipe, 'size' | 'resize'>,
): Architecture {
  return {
    build: (scope, x, { classes, width = 1 }) =>
      efficientnet(scope, x, { ...options, width: options.width * width, dropout, classes }),
    encoder: (scope, x) => efficientnetEncoder(scope, x, options),
    ...featuresThenClassifier([2, 3, 4, 6, 8]),
    input: { ...sizes, interpolation: 'bicubic', ...IMAGENET },
  };
}

/** What is said of networks made of `features.0`, `features.1`, …, by where their stages end; one more is the classifier's. */
function featuresThenClassifier(ends: readonly number[]): Pick<Architecture, 'stages' | 'head' | 'beyondEncoder'> {
  const stages = ends.map((end, i) => {
    const start = ends[i - 1] ?? 0;
    return Array.from({ length: end - start }, (_, index) => `features.${start + index}`);
  });
  const beyondEncoder = [`features.${ends.at(-1)}`, 'classifier'];
  return { stages: [...stages, beyondEncoder], head: 'classifier.1', beyondEncoder };
}
