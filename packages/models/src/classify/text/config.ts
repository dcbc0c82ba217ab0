import { z } from 'zod';

export const textArchitectureSchema = z.enum(['bag', 'lstm']);
export type TextArchitectureName = z.infer<typeof textArchitectureSchema>;

/** What can be said about a text training; what is left out has the architecture's default. */
export const textConfigSchema = z.strictObject({
  architecture: textArchitectureSchema.default('bag'),
  epochs: z
    .number()
    .int()
    .min(1)
    .max(200)
    .optional()
    .meta({ title: 'Epochs', description: 'The most passes over the listings.' }),
  batchSize: z
    .number()
    .int()
    .min(2)
    .max(1024)
    .optional()
    .meta({ title: 'Batch size', description: 'Listings in one training step.' }),
  lr: z
    .number()
    .positive()
    .max(1)
    .optional()
    .meta({ title: 'Learning rate', description: 'Highest step size of AdamW.' }),
  dropout: z
    .number()
    .min(0)
    .max(0.9)
    .optional()
    .meta({ title: 'Dropout', description: 'Share of what the network sees that is hidden in training.' }),
  labelSmoothing: z
    .number()
    .min(0)
    .max(0.5)
    .optional()
    .meta({ title: 'Label smoothing', description: 'Share of each label spread over all categories.' }),
  patience: z.number().int().min(1).optional().meta({
    title: 'Patience',
    description: 'Epochs without a better validation loss after which training stops.',
  }),
  members: z
    .number()
    .int()
    .min(1)
    .max(8)
    .optional()
    .meta({ title: 'Networks', description: 'Bag: how many networks are averaged.' }),
  dim: z
    .number()
    .int()
    .min(4)
    .max(512)
    .optional()
    .meta({ title: 'Embedding width', description: 'Numbers that stand for a word.' }),
  hidden: z
    .number()
    .int()
    .min(4)
    .max(1024)
    .optional()
    .meta({ title: 'Hidden width', description: 'Units of the layer below the categories.' }),
  cost: z.number().positive().max(100).optional().meta({
    title: 'Cost',
    description: 'Bag: how much the linear model’s loss counts beside the size of its weights.',
  }),
  features: z
    .number()
    .int()
    .min(100)
    .max(4_000_000)
    .optional()
    .meta({ title: 'Features', description: 'Bag: the most n-grams kept.' }),
  pieces: z
    .number()
    .int()
    .min(300)
    .max(60_000)
    .optional()
    .meta({ title: 'Word pieces', description: 'LSTM: pieces of the byte-pair encoding.' }),
  length: z
    .number()
    .int()
    .min(8)
    .max(256)
    .optional()
    .meta({ title: 'Length', description: 'LSTM: how many pieces of a listing are read.' }),
});
export type TextConfig = z.infer<typeof textConfigSchema>;

/** The defaults with what the config says in their place. */
export function withDefaults<T extends object>(
  defaults: T,
  config: { readonly [key in keyof T]?: T[key] | undefined },
): T {
  const said = Object.entries(config).filter(([key, value]) => key in defaults && value !== undefined);
  return { ...defaults, ...Object.fromEntries(said) };
}
