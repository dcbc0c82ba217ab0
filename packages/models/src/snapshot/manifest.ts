import { z } from 'zod';

export const splitSchema = z.enum(['train', 'validation', 'test']);
export type Split = z.infer<typeof splitSchema>;

/** Where a row's picture lies in `images.pack`. */
export const packedImageSchema = z.object({
  offset: z.number().int().nonnegative(),
  length: z.number().int().positive(),
  sha256: z.string(),
  /** `encoded`: a JPEG, PNG, WebP … file as it came. `gray8`: width × height bytes, row by row (idx sets). */
  kind: z.enum(['encoded', 'gray8']),
  width: z.number().int().positive().optional(),
  height: z.number().int().positive().optional(),
});
export type PackedImage = z.infer<typeof packedImageSchema>;

/** What a shop sells a product for, and as: carried along for the shop, nothing is learnt from it. */
export const offerSchema = z.object({
  /** In the currency's main unit. */
  price: z.number().nonnegative().optional(),
  /** ISO 4217. */
  currency: z.string().optional(),
  brand: z.string().optional(),
  colour: z.string().optional(),
  /** How many there are, or only whether there are any. */
  stock: z.union([z.number().int().nonnegative(), z.boolean()]).optional(),
});
export type Offer = z.infer<typeof offerSchema>;

/** One example: a line of `rows.jsonl`. Text is as the seller wrote it (HTML and all); cleaning is the model's business. */
export const snapshotRowSchema = z.object({
  id: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  image: packedImageSchema.optional(),
  /** Category code. */
  label: z.string().optional(),
  offer: offerSchema.optional(),
  split: splitSchema,
  /** Near-duplicate products share a group, and a group never straddles a split; `problems` tell of those too many for one. */
  group: z.number().int().nonnegative(),
});
export type SnapshotRow = z.infer<typeof snapshotRowSchema>;

const fileSchema = z.object({ sha256: z.string(), bytes: z.number().int().nonnegative() });

/** `snapshot.json`: what the snapshot holds. Immutable; `hash` covers rows, images, classes and split. */
export const manifestSchema = z.object({
  version: z.literal(1),
  hash: z.string(),
  name: z.string(),
  format: z.string(),
  rows: z.number().int(),
  rejected: z.number().int(),
  splits: z.object({ train: z.number().int(), validation: z.number().int(), test: z.number().int() }),
  /** How many rows have each field. */
  fields: z.object({
    title: z.number().int(),
    description: z.number().int(),
    image: z.number().int(),
    label: z.number().int(),
  }),
  classes: z.array(
    z.object({ code: z.string(), name: z.string(), parent: z.string().optional(), rows: z.number().int() }),
  ),
  split: z.object({ seed: z.number().int(), ratios: z.tuple([z.number(), z.number(), z.number()]) }),
  files: z.object({ rows: fileSchema, images: fileSchema.optional() }),
  /** What the import met in rows it kept or refused, by kind; single rows are in `rejected.jsonl`. */
  problems: z
    .array(
      z.object({
        code: z.string(),
        message: z.string(),
        count: z.number().int().positive(),
        /** Ids (or `row n`) of a few of them, or of a few pairs. */
        examples: z.array(z.string()),
      }),
    )
    .optional(),
});
export type Manifest = z.infer<typeof manifestSchema>;

export const MANIFEST_FILE = 'snapshot.json';
export const ROWS_FILE = 'rows.jsonl';
export const IMAGES_FILE = 'images.pack';
export const REJECTED_FILE = 'rejected.jsonl';
