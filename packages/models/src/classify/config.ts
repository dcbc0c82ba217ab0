import { z } from 'zod';
import { type FlatConfig, flatConfigSchema, renamedModel } from '../flat-config.js';
import { backboneSchema } from '../pictures/backbones.js';
import { type ImageConfig, imageConfigSchema } from './image/config.js';
import { fineTuningOf } from './image/fine-tuning.js';
import { type TextConfig, textArchitectureSchema, textConfigSchema } from './text/config.js';

const both = {
  model: z
    .enum(['text', 'image', 'fusion'])
    .optional()
    .meta({ title: 'Learn from', description: 'Text, photos or both; by default what the data set holds.' }),
  'model.text': textArchitectureSchema
    .optional()
    .meta({ title: 'Text model', description: 'bag: hashed n-grams, fast; lstm: reads word order.' }),
  'model.backbone': imageConfigSchema.shape.backbone,
  'model.weights': imageConfigSchema.shape.weights,
  epochs: textConfigSchema.shape.epochs.meta({ title: 'Epochs', description: 'The most passes over the examples.' }),
  lr: textConfigSchema.shape.lr.meta({ title: 'Learning rate', description: 'Highest step size.' }),
  batchSize: textConfigSchema.shape.batchSize.meta({
    title: 'Batch size',
    description: 'Examples in one training step.',
  }),
  labelSmoothing: textConfigSchema.shape.labelSmoothing,
  patience: textConfigSchema.shape.patience.meta({
    title: 'Patience',
    description: 'Epochs without improvement after which training stops.',
  }),
  seed: z.number().int().min(0).optional().meta({ title: 'Seed', description: 'Every random choice derives from it.' }),
  refit: z.enum(['all', 'none']).optional().meta({
    title: 'Final fit',
    description: 'Text: train the kept model on all rows once the recipe is measured. Default all.',
  }),
} as const;

/** `text.dim`, `image.size`, …: settings of one of the two models; they win over those for both. */
const text = prefixed('text', 'Text', textConfigSchema.omit({ architecture: true }).shape);
const image = prefixed('image', 'Photos', imageConfigSchema.omit({ backbone: true, weights: true }).shape);

const flatSchema = z.strictObject({ ...both, ...text, ...image });
export type ClassifyConfig = z.output<typeof flatSchema>;

/**
 * The config of `classify`: flat keys, dotted; `model` may name the network too. Throws `ConfigError`, naming the key and
 * the nearest known one, instead of reporting an issue.
 */
export const classifyConfigSchema = flatConfigSchema(
  flatSchema,
  (config) => {
    const image = imageConfigOf(config);
    fineTuningOf(image.backbone ?? 'resnet18', image);
  },
  withKind,
);

/** `model=resnet18` stands for an image model on that network, `model=lstm` for a text model. */
function withKind(config: FlatConfig): FlatConfig {
  const { model } = config;
  if (backboneSchema.safeParse(model).success) return { ...renamedModel(config, 'model.backbone'), model: 'image' };
  if (textArchitectureSchema.safeParse(model).success) return { ...renamedModel(config, 'model.text'), model: 'text' };
  return config;
}

/** What the text model is told. */
export function textConfigOf(config: ClassifyConfig): TextConfig {
  return textConfigSchema.parse({ ...shared(config), ...section(config, 'text'), architecture: config['model.text'] });
}

/** What the image model is told. */
export function imageConfigOf(config: ClassifyConfig): ImageConfig {
  return imageConfigSchema.parse({
    ...shared(config),
    ...section(config, 'image'),
    backbone: config['model.backbone'],
    weights: config['model.weights'],
  });
}

function shared({ epochs, lr, batchSize, labelSmoothing, patience }: ClassifyConfig) {
  return { epochs, lr, batchSize, labelSmoothing, patience };
}

function section(config: ClassifyConfig, prefix: string): Record<string, unknown> {
  const start = `${prefix}.`;
  return Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => key.startsWith(start))
      .map(([key, value]) => [key.slice(start.length), value]),
  );
}

type Prefixed<P extends string, S> = { [key in keyof S & string as `${P}.${key}`]: S[key] };

/** The settings of one model: their keys get a prefix, their titles say which model is meant. */
function prefixed<P extends string, S extends Record<string, z.ZodType>>(
  prefix: P,
  model: string,
  shape: S,
): Prefixed<P, S> {
  const named = Object.entries(shape).map(([key, schema]) => {
    const { title = key, ...meta } = schema.meta() ?? {};
    return [`${prefix}.${key}`, schema.meta({ ...meta, title: `${model}: ${title.toLowerCase()}` })];
  });
  return Object.fromEntries(named) as Prefixed<P, S>;
}
