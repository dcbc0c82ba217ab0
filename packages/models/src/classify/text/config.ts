import { z } from 'zod';

export const textArchitectureSchema = z.enum(['bag', 'lstm']);
export type TextArchitectureName = z.infer<typeof textArchitectureSchema>;

/** What can be said about a text training; what is left out has the architecture's default. */
export const textConfigSchema = z.strictObject({
  architecture: textArchitectureSchema.default('bag'),
  /** The most passes over the listings. */
  epochs: z.number().int().min(1).max(200).optional(),
  batchSize: z.number().int().min(2).max(1024).optional(),
  /** Highest step size of AdamW. */
  lr: z.number().positive().max(1).optional(),
  dropout: z.number().min(0).max(0.9).optional(),
  labelSmoothing: z.number().min(0).max(0.5).optional(),
  /** Epochs without a better validation loss after which training stops. */
  patience: z.number().int().min(1).optional(),
  /** Bag: networks averaged. */
  members: z.number().int().min(1).max(8).optional(),
  /** Width of the embeddings. */
  dim: z.number().int().min(4).max(512).optional(),
  hidden: z.number().int().min(4).max(1024).optional(),
  /** Bag: how much the linear model's loss counts beside the size of its weights. */
  cost: z.number().positive().max(100).optional(),
  /** Bag: the most features kept. */
  features: z.number().int().min(100).max(4_000_000).optional(),
  /** LSTM: pieces of the byte-pair encoding, and how many of a listing are read. */
  pieces: z.number().int().min(300).max(60_000).optional(),
  length: z.number().int().min(8).max(256).optional(),
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
