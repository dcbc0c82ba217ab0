import { z } from 'zod';
import { endpoint, idParams, pageOf, pageQuery, timestamp } from '../http/endpoint.js';

const tag = 'Predictions';
export const rankedCategory = z.object({ code: z.string(), name: z.string(), probability: z.number().min(0).max(1) });
export const classifyExplanation = z.object({
  /** Words of the given text with their weight for the first category; positive speaks for it. */
  words: z
    .array(
      z.object({
        field: z.enum(['title', 'description']),
        start: z.number().int(),
        end: z.number().int(),
        text: z.string(),
        weight: z.number(),
      }),
    )
    .optional(),
  /** A coarse grid over the upright photo, row by row; positive speaks for the first category. */
  image: z.object({ rows: z.number().int(), columns: z.number().int(), weights: z.array(z.number()) }).optional(),
});
export const classifyRequest = z.object({
  title: z.string().max(2_000_000).optional(),
  description: z.string().max(2_000_000).optional(),
  text: z.string().max(2_000_000).optional().meta({ description: 'The same as title' }),
  image: z
    .string()
    .max(20_000_000)
    .optional()
    .meta({ description: 'Base64 of the photo’s file; or send multipart with field `image`' }),
  imageHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .meta({ description: 'A photo stored with POST /images' }),
  top: z.coerce.number().int().min(1).max(100).default(5),
  explain: z.union([z.boolean(), z.stringbool()]).default(false),
  explains: z
    .string()
    .max(100)
    .optional()
    .meta({ description: 'Id of the earlier answer that this one explains: no second prediction is logged' }),
});
export const classifyResponse = z
  .object({
    /** For accepting or correcting it later. */
    id: z.string(),
    predictions: z.array(rankedCategory),
    /** What the answer rests on. */
    used: z.enum(['text', 'image', 'both']),
    model: z.object({ id: z.string(), version: z.number().int() }),
    explanation: classifyExplanation.optional(),
    milliseconds: z.number(),
  })
  .meta({ id: 'Classification' });

export const predictClassify = endpoint({
  method: 'POST',
  path: '/predict/classify',
  id: 'predictClassify',
  tag,
  access: 'seller',
  scope: 'predict',
  consumes: 'json|multipart',
  summary: 'The likeliest categories of a listing from its text, photo, or both',
  body: classifyRequest,
  files: { image: { description: 'The photo, where there is one' } },
  response: classifyResponse,
});
export const feedback = endpoint({
  method: 'POST',
  path: '/predictions/:id/feedback',
  id: 'giveFeedback',
  tag,
  access: 'seller',
  scope: 'predict',
  summary: 'Say which category was right',
  params: idParams,
  body: z.object({ category: z.string().max(200) }),
  status: 204,
});
export const predictionLog = z
  .object({
    id: z.string(),
    at: timestamp,
    task: z.string(),
    modelVersion: z.number().int(),
    user: z.string(),
    title: z.string().nullable(),
    used: z.string(),
    imageHash: z.string().nullable(),
    predictions: z.array(rankedCategory),
    chosen: z.string().nullable(),
    milliseconds: z.number(),
  })
  .meta({ id: 'PredictionLog' });
export const myLogs = endpoint({
  method: 'GET',
  path: '/me/logs',
  id: 'myLogs',
  tag,
  access: 'seller',
  scope: 'predict',
  summary: 'My own predictions, newest first',
  query: pageQuery,
  response: pageOf(predictionLog),
});
export const allLogs = endpoint({
  method: 'GET',
  path: '/predictions',
  id: 'listPredictions',
  tag,
  access: 'engineer',
  scope: 'train',
  summary: 'Everyone’s predictions',
  query: pageQuery.extend({ user: z.string().optional() }),
  response: pageOf(predictionLog),
});
