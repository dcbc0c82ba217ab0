import { type Augmentation, simclrAugmentation } from '@vitrine/grad';
import { z } from 'zod';
import { ConfigError } from '../errors.js';
import { flatConfigSchema, renamedModel } from '../flat-config.js';
import { architectureOf, backboneSchema, type ImageBackbone } from '../pictures/backbones.js';
import { frameFor } from '../pictures/frame.js';
import type { PictureFrame } from '../pictures/picture.js';
import { pictureSettings } from '../pictures/settings.js';
import type { PackedImage } from '../snapshot/manifest.js';

const flatSchema = z.strictObject({
  backbone: backboneSchema
    .optional()
    .meta({ title: 'Image network', description: 'By default small; resnet18 where weights are given.' }),
  weights: pictureSettings.weights,
  size: pictureSettings.size,
  epochs: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .optional()
    .meta({ title: 'Epochs', description: 'Passes over the pictures.' }),
  batchSize: z
    .number()
    .int()
    .min(4)
    .max(2048)
    .optional()
    .meta({ title: 'Batch size', description: 'Pictures that are told apart at once.' }),
  temperature: z
    .number()
    .min(0.01)
    .max(10)
    .optional()
    .meta({ title: 'Temperature', description: 'The lower, the more the closest pictures count.' }),
  projection: z
    .number()
    .int()
    .min(8)
    .max(1024)
    .optional()
    .meta({ title: 'Training vector length', description: 'Numbers in the vectors that are told apart in training.' }),
  dimension: z
    .number()
    .int()
    .min(8)
    .max(1024)
    .optional()
    .meta({ title: 'Vector length', description: 'Numbers in the vectors that are kept and searched.' }),
  patience: z
    .number()
    .int()
    .min(1)
    .optional()
    .meta({ title: 'Patience', description: 'Epochs without progress after which the training ends.' }),
  optimizer: z
    .enum(['adamw', 'lars'])
    .optional()
    .meta({ title: 'Optimizer', description: 'adamw is usual; lars is meant for large batches.' }),
  lr: z.number().positive().max(10).optional().meta({ title: 'Learning rate', description: 'Highest step size.' }),
  weightDecay: pictureSettings.weightDecay,
  titles: z.boolean().optional().meta({
    title: 'Learn from titles',
    description: 'Whether the titles of the photos are learnt from too, where most have one. By default they are.',
  }),
  int8: z.boolean().optional().meta({
    title: 'Eight bits',
    description: 'Whether it is served in eight bits, which is faster, where that costs nothing. By default it is.',
  }),
  augment: z
    .number()
    .min(0.1)
    .max(2)
    .optional()
    .meta({ title: 'Augmentation', description: 'How much the colours of the two views vary: 1 is usual.' }),
  seed: z.number().int().min(0).optional().meta({ title: 'Seed', description: 'Every random choice derives from it.' }),
});
export type SimilarConfig = z.output<typeof flatSchema>;

/**
 * The config of `similar`; `model` is another name of `backbone`. Throws `ConfigError`, naming the key, instead of
 * reporting an issue.
 */
export const similarConfigSchema = flatConfigSchema(
  flatSchema,
  ({ weights, backbone = 'resnet18' }) => {
    if (weights !== undefined && !architectureOf(backbone)) {
      throw new ConfigError(
        `The setting "weights" does not go with the backbone "${backbone}"; choose one of torchvision, such as resnet18.`,
        { key: 'weights' },
      );
    }
  },
  (config) => (config.model === undefined ? config : renamedModel(config, 'backbone')),
);

/** A training with nothing left open. */
export interface SimilarPlan {
  readonly frame: PictureFrame;
  readonly backbone: ImageBackbone;
  readonly weights?: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly temperature: number;
  readonly projection: number;
  readonly dimension: number;
  readonly patience: number;
  readonly optimizer: 'adamw' | 'lars';
  readonly lr: number;
  readonly weightDecay: number;
  readonly titles: boolean;
  readonly int8: boolean;
  readonly augmentation: Augmentation;
}

/** Completes a config for the pictures at hand: small grey ones go in as they are, others are scaled. */
export function planSimilar(images: readonly PackedImage[], training: number, config: SimilarConfig): SimilarPlan {
  const { weights, size = 64 } = config;
  const frame: PictureFrame = weights
    ? { width: size, height: size, channels: 3, fit: 'contain' }
    : frameFor(images, 0, config);
  const batchSize = Math.min(config.batchSize ?? 128, training);
  const optimizer = config.optimizer ?? 'adamw';
  const looks = (PICTURES_SEEN * PIXELS) / (frame.width * frame.height);
  const epochs = config.epochs ?? Math.min(MOST_EPOCHS, Math.max(5, Math.round(looks / training)));
  return {
    frame,
    backbone: config.backbone ?? (weights ? 'resnet18' : 'small'),
    ...(weights === undefined ? {} : { weights }),
    epochs,
    batchSize,
    temperature: config.temperature ?? 0.2,
    projection: config.projection ?? 128,
    dimension: config.dimension ?? 128,
    patience: config.patience ?? Math.max(10, Math.ceil(epochs / 3)),
    optimizer,
    lr: config.lr ?? (optimizer === 'adamw' ? 1e-3 : (0.3 * batchSize) / 256),
    weightDecay: config.weightDecay ?? (optimizer === 'adamw' ? 0.01 : 1e-6),
    titles: config.titles ?? true,
    int8: config.int8 ?? true,
    augmentation: augmentationFor(frame, config.augment ?? 1),
  };
}

/** Pictures of 64 × 64 pixels that the small network sees in some twelve minutes on two cores; more has taught it nothing. */
const PICTURES_SEEN = 100_000;
const PIXELS = 64 * 64;
const MOST_EPOCHS = 300;

/** Side for which SimCLR's blur was meant to be as wide as it is. */
const BLURRED_SIDE = 224;
/** Colour tells products of a kind apart, where shape tells the kind: half the views have none. */
const GRAYSCALE = 0.5;
const HUE = 0.4;

/** SimCLR's views; of a product that fills its photo, windows of under a fifth hold nothing that tells what it is. */
function augmentationFor({ channels, width, height }: PictureFrame, strength: number): Augmentation {
  const { jitter, ...views } = simclrAugmentation(strength);
  const widest = Math.max(0.2, (2 * Math.min(width, height)) / BLURRED_SIDE);
  const crop = { area: [0.25, 1] } as const;
  const blur = { probability: 0.5, sigma: [0.1, widest] } as const;
  if (channels === 3) {
    const hue = Math.min(0.5, HUE * strength);
    return { ...views, jitter: { ...jitter, hue }, grayscale: GRAYSCALE, crop, blur };
  }
  const light = Math.min(0.9, 0.4 * strength);
  return { flip: 0.5, jitter: { probability: 0.8, brightness: light, contrast: light }, crop, blur };
}
