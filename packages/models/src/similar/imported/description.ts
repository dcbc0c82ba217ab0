import { z } from 'zod';

/** How several vectors for one picture or text become one: their mean, or the first, as of a [CLS] token. */
const poolSchema = z.enum(['mean', 'first']);
export type Pool = z.infer<typeof poolSchema>;

/** A network of pictures that was not trained here. */
export const pictureNetworkSchema = z.strictObject({
  input: z.string(),
  output: z.string(),
  /** Order of batch, channels, height and width. */
  layout: z.enum(['nchw', 'nhwc']),
  pool: poolSchema,
  /** Pictures in each run, where the network takes only so many. */
  batch: z.number().int().positive().optional(),
});
export type PictureNetwork = z.infer<typeof pictureNetworkSchema>;

/** A network of texts whose vectors lie among those of the pictures. */
export const textNetworkSchema = z.strictObject({
  ids: z.string(),
  /** 1 for tokens, 0 for what fills up. */
  mask: z.string().optional(),
  /** All 0: there is one text, no pair. */
  types: z.string().optional(),
  output: z.string(),
  pool: poolSchema,
  /** Tokens of a text at most; what is longer is cut. */
  tokens: z.number().int().positive(),
  /** Whether texts are filled up to so many. */
  filled: z.boolean(),
  integers: z.enum(['int32', 'int64']),
});
export type TextNetwork = z.infer<typeof textNetworkSchema>;

export const TEXT_FILE = 'text.onnx';
export const TOKENIZER_FILE = 'tokenizer.json';
