import { type Backbone, type Build, resnet, type Scope, softmaxCrossEntropy, type Tensor } from '@vitrine/grad';
import { architectureOf } from '../../pictures/backbones.js';
import type { ImagePlan } from './config.js';

export interface NetworkOptions {
  readonly plan: Pick<ImagePlan, 'frame' | 'backbone' | 'width' | 'labelSmoothing'>;
  readonly classes: number;
  readonly classWeights?: Float32Array;
}

/** Inputs `pictures` [N, C, H, W] and `labels` [N]; outputs `logits` [N, classes] and `features` [N, F]. */
export function imageNetwork({ plan, classes, classWeights }: NetworkOptions): Build {
  const { channels, height, width } = plan.frame;
  return ({ scope, input }) => {
    const { features, logits } = backbone(scope, input('pictures', [channels, height, width]), plan, classes);
    const loss = softmaxCrossEntropy(logits, input('labels', [], 'int32'), {
      labelSmoothing: plan.labelSmoothing,
      ...(classWeights ? { classWeights: scope.graph.constant(classWeights) } : {}),
    });
    return { loss, outputs: { logits, features } };
  };
}

function backbone(
  scope: Scope,
  x: Tensor,
  { backbone: kind, width }: NetworkOptions['plan'],
  classes: number,
): Backbone {
  const architecture = architectureOf(kind);
  if (architecture) return architecture.build(scope, x, { classes, width });
  const widths = [48, 96, 192].map((channels) => Math.max(8, Math.round((channels * width) / 8) * 8));
  return resnet(scope, x, { classes, widths, blocks: [1, 1, 1], stem: 'half' });
}
