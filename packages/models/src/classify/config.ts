import { z } from 'zod';
import { ConfigError } from '../errors.js';
import { backboneSchema, type ImageConfig, imageConfigSchema } from './image/config.js';
import { fineTuningOf } from './image/fine-tuning.js';
import { type TextConfig, textArchitectureSchema, textConfigSchema } from './text/config.js';

const both = {
  model: z
    .enum(['text', 'image', 'fusion'])
    .optional()
    .describe('What to learn from; by default what the data set holds.'),
  'model.text': textArchitectureSchema.optional().describe('bag: hashed n-grams, fast; lstm: reads word order.'),
  'model.backbone': backboneSchema.optional().describe('The image network; by default chosen by picture size.'),
  'model.weights': imageConfigSchema.shape.weights.describe(
    'A safetensors file with torchvision’s weights of the image network, to start from.',
  ),
  epochs: textConfigSchema.shape.epochs.describe('The most passes over the examples.'),
  lr: textConfigSchema.shape.lr.describe('Highest step size.'),
  batchSize: textConfigSchema.shape.batchSize,
  labelSmoothing: textConfigSchema.shape.labelSmoothing,
  patience: textConfigSchema.shape.patience.describe('Epochs without improvement after which training stops.'),
  seed: z.number().int().min(0).optional().describe('Every random choice derives from it.'),
  refit: z
    .enum(['all', 'none'])
    .optional()
    .describe('Text: train the kept model on all rows once the recipe is measured. Default all.'),
} as const;

/** `text.dim`, `image.size`, …: settings of one of the two models; they win over those for both. */
const text = prefixed('text', textConfigSchema.omit({ architecture: true }).shape);
const image = prefixed('image', imageConfigSchema.omit({ backbone: true, weights: true }).shape);

const flatSchema = z.strictObject({ ...both, ...text, ...image });
export type ClassifyConfig = z.output<typeof flatSchema>;

const KNOWN = Object.keys(flatSchema.shape);
/** How many objects may lie in one another; known keys have one dot. */
const DEEPEST = 3;
/** Letters of an unknown key that are looked at. */
const LONGEST = 60;

/**
 * The config of `classify`: flat keys, dotted. Nested objects (`{ text: { dim: 64 } }`) and numbers written as text are
 * taken too. Throws `ConfigError`, naming the key and the nearest known one, instead of reporting an issue.
 */
export const classifyConfigSchema = z.preprocess((raw) => {
  const flat = flatten(raw ?? {});
  for (const key of Object.keys(flat)) {
    if (KNOWN.includes(key)) continue;
    const shown = key.slice(0, LONGEST);
    const nearest = KNOWN.reduce((best, known) => (likeness(shown, known) < likeness(shown, best) ? known : best));
    throw new ConfigError(`The setting "${shown}" does not exist. Did you mean "${nearest}"?`, {
      key: shown,
      nearest,
      known: KNOWN,
    });
  }
  const result = flatSchema.safeParse(flat);
  if (!result.success) {
    const [issue] = result.error.issues;
    const key = issue?.path.join('.') ?? '';
    throw new ConfigError(`The setting "${key}" is not usable: ${issue?.message}.`, { key });
  }
  const image = imageConfigOf(result.data);
  fineTuningOf(image.backbone ?? 'resnet18', image);
  return flat;
}, flatSchema);

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

function prefixed<P extends string, S extends object>(prefix: P, shape: S): Prefixed<P, S> {
  return Object.fromEntries(Object.entries(shape).map(([key, schema]) => [`${prefix}.${key}`, schema])) as Prefixed<
    P,
    S
  >;
}

function flatten(value: unknown): Record<string, unknown> {
  const flat: Record<string, unknown> = {};
  const add = (inner: unknown, path: string, depth: number): void => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) {
      flat[path] = typeof inner === 'string' ? parseScalar(inner) : inner;
    } else if (depth > DEEPEST) {
      throw new ConfigError(`The setting "${path.slice(0, LONGEST)}" is nested too deeply; write model.text=bag, say.`);
    } else {
      for (const [key, deeper] of Object.entries(inner))
        if (deeper !== undefined) add(deeper, depth > 0 ? `${path}.${key}` : key, depth + 1);
    }
  };
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ConfigError('A config is a list of settings, such as lr=0.001.');
  add(value, '', 0);
  return flat;
}

function parseScalar(value: string): unknown {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) return Number(value);
  return value === 'true' ? true : value === 'false' ? false : value;
}

/** How far a key is from a known one, or from that without its section. */
function likeness(key: string, known: string): number {
  const name = known.slice(known.lastIndexOf('.') + 1);
  return Math.min(distance(key, known), distance(key, name) + (name === known ? 0 : 0.5));
}

/** How many letters have to change (Levenshtein 1966). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
