import {
  abs,
  add,
  averagePool,
  type Build,
  batchNorm,
  concat,
  div,
  flatten,
  globalAveragePool,
  linear,
  logSoftmax,
  mean,
  mul,
  neg,
  normalize,
  ntXentLoss,
  relu,
  reshape,
  resnetEncoder,
  type Scope,
  split,
  sqrt,
  sum,
  type Tensor,
} from '@vitrine/grad';
import { architectureOf } from '../pictures/backbones.js';
import type { SimilarPlan } from './config.js';
import { edgeMaps } from './edges.js';

/** Where the encoder's weights lie in those of the whole network. */
export const ENCODER = 'encoder';
/** Where the layer lies that makes vectors of features; it is fitted, not trained. */
export const READOUT = 'readout';

export type EncoderPlan = Pick<SimilarPlan, 'backbone' | 'frame'>;

/**
 * SimCLR (Chen et al. 2020) on pairs of views `pictures` [N, 2, C, H, W]: encoder, a projection head of two layers, and
 * the contrastive loss. Where there are title words, their shares `words` [N, words] are learnt beside, from either view.
 * No outputs: what is kept is the encoder.
 */
export function contrastiveNetwork(plan: SimilarPlan, words = 0): Build {
  const { channels, height, width } = plan.frame;
  return ({ scope, input }) => {
    const views = reshape(input('pictures', [2, channels, height, width]), [-1, channels, height, width]);
    const features = globalAveragePool(encode(scope.child(ENCODER), views, plan).at(-1)!);
    const head = scope.child('projection');
    const hidden = relu(batchNorm(head.child('norm'), linear(head.child('hidden'), features, features.shape[1]!)));
    const projected = linear(head.child('out'), hidden, plan.projection);
    const [first, second] = split(reshape(projected, [-1, 2 * plan.projection]), 2, 1);
    const contrast = ntXentLoss(first!, second!, { temperature: plan.temperature });
    if (words === 0) return { loss: contrast };
    const told = linear(scope.child('words'), features, words);
    return { loss: add(contrast, wordsLoss(told, input('words', [words]))) };
  };
}

/**
 * How far what both views of a photo tell [2N, words] is from the shares of the words in its title [N, words]: the
 * cross-entropy of Joulin et al. 2016 (Learning Visual Features from Large Weakly Supervised Data).
 */
function wordsLoss(logits: Tensor, shares: Tensor): Tensor {
  const [photos, words] = shares.shape as [number, number];
  const told = mean(reshape(logSoftmax(logits), [photos, 2, words]), [1]);
  return neg(mul(sum(mul(told, shares)), 1 / photos));
}

/** What features consist of, side by side: edges, the encoder's stages on a grid, and its last stage averaged. */
export const PARTS = ['edges', 'stages', 'pooled'] as const;

/**
 * What vectors are read out of: `pictures` [N, C, H, W] to `features` [N, F], and each of their parts by its name. Products
 * fill their photos in much the same way, so where something is says what it is; what the last stage finds anywhere says so too.
 */
export function featureNetwork(plan: EncoderPlan): Build {
  return ({ scope, input }) => {
    const parts = featureParts(scope, input('pictures', shapeOf(plan)), plan);
    const features = concat(parts, 1);
    return {
      loss: mean(features),
      outputs: { features, ...Object.fromEntries(PARTS.map((name, i) => [name, parts[i]!])) },
    };
  };
}

/** The encoder as it is served: `pictures` [N, C, H, W] to `vectors` [N, dimension] of length 1. */
export function encoderNetwork(plan: EncoderPlan, dimension: number): Build {
  return ({ scope, input }) => {
    const features = concat(featureParts(scope, input('pictures', shapeOf(plan)), plan), 1);
    const vectors = normalize(linear(scope.child(READOUT), features, dimension));
    return { loss: mean(vectors), outputs: { vectors } };
  };
}

/** The encoder as it is in most papers: the last stage averaged over the picture, [N, F] of length 1. */
export function pooledNetwork(plan: EncoderPlan): Build {
  return ({ scope, input }) => {
    const maps = encode(scope.child(ENCODER), input('pictures', shapeOf(plan)), plan);
    const vectors = normalize(globalAveragePool(maps.at(-1)!));
    return { loss: mean(vectors), outputs: { vectors } };
  };
}

function shapeOf({ frame: { channels, height, width } }: EncoderPlan): number[] {
  return [channels, height, width];
}

/** The maps of the encoder's stages from pictures [N, C, H, W]. */
function encode(scope: Scope, pictures: Tensor, { backbone }: EncoderPlan): readonly Tensor[] {
  const architecture = architectureOf(backbone);
  if (architecture) return architecture.encoder(scope, pictures);
  return resnetEncoder(scope, pictures, { widths: [32, 64, 128, 256], blocks: [1, 1, 1, 1], stem: 'half' });
}

/** Stages, from the last, that vectors are read out of. */
const STAGES = 4;
/** Parts of the grid along each side, for stages and for edges. */
const GRID = 4;
const EDGE_GRID = 8;

/**
 * Each part's signed square roots at length 1 (Perronnin et al. 2010, Improving the Fisher Kernel): what answers strongly
 * in one place does not drown the rest, and stages count alike. The edges are there because of a few thousand photos no
 * network learns as well what they tell of shape.
 */
function featureParts(scope: Scope, pictures: Tensor, plan: EncoderPlan): [Tensor, Tensor, Tensor] {
  const stages = encode(scope.child(ENCODER), pictures, plan).slice(-STAGES);
  return [
    unit(onGrid(edgeMaps(pictures), EDGE_GRID)),
    concat(stages.map((map) => unit(onGrid(map, GRID))) as [Tensor, ...Tensor[]], 1),
    unit(globalAveragePool(stages.at(-1)!)),
  ];
}

function unit(map: Tensor): Tensor {
  return normalize(signedRoot(flatten(map)));
}

function signedRoot(x: Tensor): Tensor {
  return div(x, sqrt(add(abs(x), 1e-6)));
}

/** Means over the parts of a grid; parts overlap where the sides are no multiples of it. Small maps stay. */
function onGrid(map: Tensor, grid: number): Tensor {
  const [, , height, width] = map.shape as [number, number, number, number];
  const [rows, columns] = [Math.min(grid, height), Math.min(grid, width)];
  const stride: [number, number] = [Math.floor(height / rows), Math.floor(width / columns)];
  const kernel: [number, number] = [height - (rows - 1) * stride[0], width - (columns - 1) * stride[1]];
  return kernel[0] * kernel[1] === 1 ? map : averagePool(map, { kernel, stride });
}
