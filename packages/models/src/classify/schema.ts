import { z } from 'zod';

/** A listing to classify; at least one field should hold something. Text is as the seller wrote it. */
export const classifyInputSchema = z.object({
  title: z.string().optional(),
  description: z.string().optional(),
  /** The bytes of a JPEG, PNG, WebP, … file. */
  image: z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'must be the bytes of a picture').optional(),
});
export type ClassifyInput = z.infer<typeof classifyInputSchema>;

const wordWeightSchema = z.object({
  field: z.enum(['title', 'description']),
  /** Place in the field as given, in UTF-16 units. */
  start: z.number().int(),
  end: z.number().int(),
  text: z.string(),
  /** By how much the log-odds of the first category fall without the word; positive speaks for it. */
  weight: z.number(),
});
export type WordWeight = z.infer<typeof wordWeightSchema>;

const imageWeightsSchema = z.object({
  rows: z.number().int(),
  columns: z.number().int(),
  /** Row by row: by how much the log-odds of the first category fall with the cell covered. */
  weights: z.array(z.number()),
});
export type ImageWeights = z.infer<typeof imageWeightsSchema>;

export const classificationSchema = z.object({
  /** Best first. */
  predictions: z.array(z.object({ code: z.string(), name: z.string(), probability: z.number().min(0).max(1) })),
  /** What the answer rests on. */
  used: z.enum(['text', 'image', 'both']),
  explanation: z
    .object({ words: z.array(wordWeightSchema).optional(), image: imageWeightsSchema.optional() })
    .optional(),
});
export type Classification = z.infer<typeof classificationSchema>;
