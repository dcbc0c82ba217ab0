import { z } from 'zod';

/** A photo to be compared; or words, where the encoder knows them. */
export const similarInputSchema = z.object({
  /** The bytes of a JPEG, PNG, WebP, … file. */
  image: z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'must be the bytes of a picture').optional(),
  text: z.string().max(10_000).optional(),
});
export type SimilarInput = z.infer<typeof similarInputSchema>;

export const similarOutputSchema = z.object({
  /** Of length 1: the dot product of two is the cosine of their angle, the larger the more alike. */
  vector: z.array(z.number()),
});
export type SimilarOutput = z.infer<typeof similarOutputSchema>;
