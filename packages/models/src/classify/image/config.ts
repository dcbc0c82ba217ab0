import type { Augmentation } from '@vitrine/grad';
import { z } from 'zod';
import { backboneSchema, type ImageBackbone } from '../../pictures/backbones.js';
import { FEW, frameFor, MANY, SMALL } from '../../pictures/frame.js';
import type { PictureFrame } from '../../pictures/picture.js';
import { pictureSettings } from '../../pictures/settings.js';
import type { PackedImage } from '../../snapshot/manifest.js';
import { type FineTuning, fineTuningOf, pretrainedFrame } from './fine-tuning.js';

/** What can be said about an image training; whatever is left out is chosen by the pictures. */
export const imageConfigSchema = z.strictObject({
  backbone: backboneSchema.optional().meta({
    title: 'Image network',
    description: 'By default chosen by picture size: small up to 40 pixels, else resnet18.',
  }),
  weights: pictureSettings.weights,
  freeze: z
    .number()
    .int()
    .min(0)
    .max(5)
    .optional()
    .meta({ title: 'Frozen stages', description: 'Stages of the given weights left as they are, of six.' }),
  stageDecay: z.number().min(0.01).max(1).optional().meta({
    title: 'Stage decay',
    description: 'With given weights: the step size of a stage, relative to the next.',
  }),
  width: z
    .number()
    .min(0.1)
    .max(4)
    .optional()
    .meta({ title: 'Width', description: 'Multiplies the channels of every layer.' }),
  size: pictureSettings.size,
  fit: z.enum(['cover', 'contain']).optional().meta({
    title: 'Fit',
    description: 'cover fills the square and cuts what sticks out; contain keeps all and pads with white.',
  }),
  epochs: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .optional()
    .meta({ title: 'Epochs', description: 'The most passes over the pictures.' }),
  batchSize: z
    .number()
    .int()
    .min(2)
    .max(1024)
    .optional()
    .meta({ title: 'Batch size', description: 'Pictures in one training step.' }),
  lr: z
    .number()
    .positive()
    .max(10)
    .optional()
    .meta({ title: 'Learning rate', description: 'Peak of the one-cycle schedule.' }),
  weightDecay: pictureSettings.weightDecay,
  labelSmoothing: z
    .number()
    .min(0)
    .max(0.5)
    .optional()
    .meta({ title: 'Label smoothing', description: 'Share of each label spread over all categories.' }),
  balanceClasses: z.boolean().optional().meta({
    title: 'Balance categories',
    description: 'Weigh categories by the inverse square root of their frequency.',
  }),
  patience: z.number().int().min(1).optional().meta({
    title: 'Patience',
    description: 'Epochs without a better validation accuracy after which training stops.',
  }),
  gradients: z.boolean().optional().meta({
    title: 'Gradient histograms',
    description: 'Also ask a linear model over histograms of gradients: by default of fewer than 10,000 photos.',
  }),
  augment: z.number().min(0).max(2).optional().meta({
    title: 'Augmentation',
    description: 'Strength of random variation: 1 is usual, 0 switches it off.',
  }),
});
export type ImageConfig = z.infer<typeof imageConfigSchema>;

/** A training with nothing left open. */
export interface ImagePlan {
  readonly frame: PictureFrame;
  readonly backbone: ImageBackbone;
  readonly width: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly lr: number;
  readonly weightDecay: number;
  readonly labelSmoothing: number;
  readonly balanceClasses: boolean;
  readonly patience: number;
  readonly augmentation: Augmentation;
  /** Whether a linear model over histograms of gradients is asked too. */
  readonly gradients: boolean;
  /** There when the training starts from weights. */
  readonly fineTuning?: FineTuning;
}

/** Completes a config for the pictures at hand: small grey ones go in as they are, others are scaled. */
export function planImageTraining(
  images: readonly PackedImage[],
  trainingRows: number,
  config: ImageConfig,
): ImagePlan {
  const { weights } = config;
  const frame = weights ? pretrainedFrame(config) : frameFor(images, trainingRows, config);
  const small = !weights && Math.max(frame.width, frame.height) <= SMALL;
  const backbone = config.backbone ?? (small ? 'small' : 'resnet18');
  const batchSize = Math.min(config.batchSize ?? (small ? 64 : 32), trainingRows);
  const epochs = config.epochs ?? epochsFor(trainingRows, small);
  return {
    frame,
    backbone,
    width: config.width ?? (backbone === 'resnet18' && !weights ? 0.5 : 1),
    epochs,
    batchSize,
    lr: config.lr ?? (0.15 * batchSize) / 128,
    weightDecay: config.weightDecay ?? 5e-4,
    labelSmoothing: config.labelSmoothing ?? (small ? 0.05 : 0.1),
    balanceClasses: config.balanceClasses ?? false,
    patience: config.patience ?? Math.max(4, Math.ceil(epochs / 2)),
    augmentation: augmentationFor(small, config.augment ?? 1),
    gradients: config.gradients ?? (!small && !weights && trainingRows < MANY),
    ...fineTuningOf(backbone, config),
  };
}

/**
 * Enough passes to see 500,000 small pictures, or 100,000 photos: ten to fifteen minutes on two cores, if there are as
 * many. A few photos are known by heart after 30 passes or once 12,000 were seen, within a minute.
 */
function epochsFor(rows: number, small: boolean): number {
  if (!small && rows < FEW) return Math.min(30, Math.round(12_000 / Math.max(1, rows)));
  const seen = small ? 500_000 : rows < MANY ? 95_000 : 60_000;
  return Math.min(60, Math.max(small ? 8 : 10, Math.round(seen / Math.max(1, rows))));
}

function augmentationFor(small: boolean, strength: number): Augmentation {
  const usual = small
    ? { shift: 0.036, zoom: 0, erase: 0.18, colour: 0 }
    : { shift: 0.1, zoom: 0.25, erase: 0.3125, colour: 0.25 };
  const { shift, zoom, erase, colour } = usual;
  return {
    flip: strength > 0 ? 0.5 : 0,
    shift: shift * strength,
    zoom: Math.min(0.5, zoom * strength),
    erase: Math.min(1, erase * strength),
    contrast: colour * strength,
    brightness: colour * strength,
  };
}
