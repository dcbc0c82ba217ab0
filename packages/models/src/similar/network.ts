import {
  type Build,
  globalAveragePool,
  linear,
  mean,
  normalize,
  ntXentLoss,
  relu,
  reshape,
  resnetEncoder,
  type Scope,
  split,
  type Tensor,
} from '@vitrine/grad';
import { architectureOf } from '../pictures/backbones.js';
import type { SimilarPlan } from './config.js';

/** Where the encoder's weights lie in those of the whole network. */
export const ENCODER = 'encoder';

/**
 * SimCLR (Chen et al. 2020) on pairs of views `pictures` [N, 2, C, H, W]: encoder, a projection head of two layers, and
 * the contrastive loss. No outputs: what is kept is the encoder.
 */
export function contrastiveNetwork(plan: SimilarPlan): Build {
  const { channels, height, width } = plan.frame;
  return ({ scope, input }) => {
    const views = reshape(input('pictures', [2, channels, height, width]), [-1, channels, height, width]);
    const features = encode(scope.child(ENCODER), views, plan);
    const head = scope.child('projection');
    const hidden = relu(linear(head.child('hidden'), features, features.shape[1]!));
    const projected = linear(head.child('out'), hidden, plan.projection);
    const [first, second] = split(reshape(projected, [-1, 2 * plan.projection]), 2, 1);
    return { loss: ntXentLoss(first!, second!, { temperature: plan.temperature }) };
  };
}

/** The encoder of that network alone: `pictures` [N, C, H, W] to `vectors` [N, F] of length 1. */
export function encoderNetwork(plan: Pick<SimilarPlan, 'backbone' | 'frame'>): Build {
  const { channels, height, width } = plan.frame;
  return ({ scope, input }) => {
    const vectors = normalize(encode(scope.child(ENCODER), input('pictures', [channels, height, width]), plan));
    return { loss: mean(vectors), outputs: { vectors } };
  };
}

/** Pictures [N, C, H, W] to features [N, F]. */
function encode(scope: Scope, pictures: Tensor, { backbone }: Pick<SimilarPlan, 'backbone'>): Tensor {
  const architecture = architectureOf(backbone);
  const maps = architecture
    ? architecture.encoder(scope, pictures)
    : resnetEncoder(scope, pictures, { widths: [48, 96, 192], blocks: [1, 1, 1], stem: 'half' });
  return globalAveragePool(maps.at(-1)!);
}
