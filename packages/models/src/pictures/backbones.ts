import { type Architecture, architectures } from '@vitrine/grad';
import { z } from 'zod';

export const backboneSchema = z.enum([
  'small',
  'resnet18',
  'resnet34',
  'resnet50',
  'resnext101_32x8d',
  'mobilenetv2',
  'efficientnet_b0',
  'efficientnet_b3',
]);
export type ImageBackbone = z.infer<typeof backboneSchema>;

/** Torchvision's form of a backbone. `small` has none: it is our own. */
export function architectureOf(backbone: ImageBackbone): Architecture | undefined {
  if (backbone === 'small') return undefined;
  return architectures[backbone === 'mobilenetv2' ? 'mobilenet_v2' : backbone];
}
