import {
  type Backbone,
  type Build,
  mobilenetV2,
  resnet,
  type Scope,
  softmaxCrossEntropy,
  type Tensor,
} from '@vitrine/grad';
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
  const wide = (channels: number): number => Math.max(8, Math.round((channels * width) / 8) * 8);
  switch (kind) {
    case 'small':
      return resnet(scope, x, { classes, widths: [48, 96, 192].map(wide), blocks: [1, 1, 1], stem: 'half' });
    case 'resnet18':
      return resnet(scope, x, { classes, widths: [64, 128, 256, 512].map(wide) });
    case 'mobilenetv2':
      return mobilenetV2(scope, x, { classes, width });
  }
}
