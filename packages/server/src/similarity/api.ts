import { z } from 'zod';
import { productSchema } from '../catalogue/api.js';
import { endpoint, idParams, pageOf, pageQuery, timestamp } from '../http/endpoint.js';
import { jobSchema } from '../jobs/api.js';

const tag = 'Search by photo';

const modelRef = z.object({ id: z.string(), version: z.number().int() });

/** What a search may be narrowed by. */
const filterSchema = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(12),
  category: z.string().max(200).optional().meta({ description: 'Category code; its descendants count too' }),
  minPrice: z.coerce.number().min(0).max(1e9).optional(),
  maxPrice: z.coerce.number().min(0).max(1e9).optional(),
  inStock: z.union([z.boolean(), z.stringbool()]).optional(),
});
export type SearchFilter = z.output<typeof filterSchema>;

const fraction = z.number().min(0).max(1);
export const cropSchema = z
  .strictObject({ x: fraction, y: fraction, width: fraction, height: fraction })
  .refine(({ width, height }) => width > 0 && height > 0, 'The crop has no area.')
  .refine(({ x, y, width, height }) => x + width <= 1.001 && y + height <= 1.001, 'The crop leaves the photo.')
  .meta({ id: 'Crop', description: 'A part of the upright photo, in fractions of its width and height' });
export type Crop = z.output<typeof cropSchema>;

/** In a form the crop is a field with JSON in it. */
const cropField = z.preprocess((value, context) => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    context.issues.push({ code: 'custom', message: 'The crop is not valid JSON.', input: value });
    return z.NEVER;
  }
}, cropSchema.optional());

export const searchHit = z
  .object({
    product: productSchema,
    score: z.number().meta({ description: 'Cosine of the two photos’ vectors, −1 to 1' }),
    likeness: z
      .number()
      .min(0)
      .max(100)
      .meta({ description: 'Of 100 pairs of the catalogue’s photos with such a score, how many share their category' }),
    band: z.enum(['same', 'close', 'related', 'weak']),
    duplicates: z
      .array(z.string())
      .meta({ description: 'Ids of products whose photo is nearly the same as this one’s' }),
  })
  .meta({ id: 'SearchHit' });
export const searchAnswer = z
  .object({
    model: modelRef,
    goodMatch: z.boolean().meta({ description: 'Whether any result reaches the threshold of its category' }),
    threshold: z.number().meta({ description: 'The score from which the first result counts as a match' }),
    results: z.array(searchHit),
    tookMs: z.number(),
  })
  .meta({ id: 'SearchAnswer' });
export const photoAnswer = searchAnswer.extend({ searchId: z.string() }).meta({ id: 'PhotoSearchAnswer' });

/** Words and photos are no nearer than two photos are: their scores are not calibrated. */
export const textAnswer = searchAnswer
  .pick({ model: true, tookMs: true })
  .extend({ results: z.array(searchHit.pick({ product: true, score: true, duplicates: true })) })
  .meta({ id: 'TextSearchAnswer' });

export const similarProducts = endpoint({
  method: 'GET',
  path: '/products/:id/similar',
  id: 'similarProducts',
  tag,
  access: 'seller',
  scope: 'catalogue',
  summary: 'Products whose photos look like this one’s',
  params: idParams,
  query: filterSchema,
  response: searchAnswer,
});
export const searchByPhoto = endpoint({
  method: 'POST',
  path: '/search/image',
  id: 'searchByPhoto',
  tag,
  access: 'seller',
  scope: 'predict',
  consumes: 'json|multipart',
  rateLimit: 1200,
  summary: 'Products that look like a photo: a form’s file `image`, the `url` of one, or that of a recent `search`',
  body: filterSchema.extend({
    url: z.url().max(2000).optional(),
    search: z.string().max(80).optional().meta({
      description: 'One of my recent searches: its photo is searched with again, and it is kept as it is asked now',
    }),
    crop: cropField,
  }),
  files: { image: { description: 'The photo, unless `url` or `search` names one' } },
  response: photoAnswer,
});
export const searchByPhotos = endpoint({
  method: 'POST',
  path: '/search/images',
  id: 'searchByPhotos',
  tag,
  access: 'seller',
  scope: 'predict',
  consumes: 'multipart',
  rateLimit: 120,
  summary: 'An answer for each of several photos: up to 12 files `image` of one form',
  body: filterSchema,
  files: { image: { description: 'The photos', required: true, upTo: 12 } },
  response: z.object({
    answers: z.array(z.union([searchAnswer, z.object({ error: z.object({ code: z.string(), message: z.string() }) })])),
  }),
});
export const searchWays = endpoint({
  method: 'GET',
  path: '/search',
  id: 'searchWays',
  tag,
  access: 'seller',
  scope: 'predict',
  summary: 'What one can search with now',
  response: z
    .object({
      model: modelRef.nullable().meta({ description: 'The one that answers; null: none does yet' }),
      words: z.boolean().meta({ description: 'Whether it knows words beside photos' }),
    })
    .meta({ id: 'SearchWays' }),
});
export const searchByText = endpoint({
  method: 'POST',
  path: '/search/text',
  id: 'searchByText',
  tag,
  access: 'seller',
  scope: 'predict',
  rateLimit: 1200,
  summary: 'Products whose photos show what words say, where the model in production has a text side',
  body: filterSchema.extend({ text: z.string().trim().min(1).max(1000) }),
  response: textAnswer,
});
/** The fields of the form with several photos. */
export const photosFields = searchByPhotos.body;

export const recentSearch = z
  .object({
    id: z.string(),
    at: timestamp,
    crop: cropSchema.nullable(),
    /** As they were asked for. */
    filter: filterSchema.partial(),
    goodMatch: z.boolean(),
    /** Of the first answer. */
    results: z.number().int(),
  })
  .meta({ id: 'RecentSearch' });
export const listRecentSearches = endpoint({
  method: 'GET',
  path: '/search/recent',
  id: 'listRecentSearches',
  tag,
  access: 'seller',
  scope: 'predict',
  summary: 'My own searches by photo, newest first',
  query: pageQuery,
  response: pageOf(recentSearch),
});
export const repeatRecentSearch = endpoint({
  method: 'GET',
  path: '/search/recent/:id',
  id: 'repeatRecentSearch',
  tag,
  access: 'seller',
  scope: 'predict',
  summary: 'One of my searches, answered again with what the catalogue holds now',
  params: idParams,
  response: photoAnswer.extend({ search: recentSearch }),
});
export const getRecentSearchImage = endpoint({
  method: 'GET',
  path: '/search/recent/:id/image',
  id: 'getRecentSearchImage',
  tag,
  access: 'seller',
  scope: 'predict',
  summary: 'The photo of one of my searches',
  params: idParams,
  produces: 'image/jpeg',
});
export const deleteRecentSearch = endpoint({
  method: 'DELETE',
  path: '/search/recent/:id',
  id: 'deleteRecentSearch',
  tag,
  access: 'seller',
  scope: 'predict',
  summary: 'Delete one of my searches, with its photo',
  params: idParams,
  status: 204,
});
export const clearRecentSearches = endpoint({
  method: 'DELETE',
  path: '/search/recent',
  id: 'clearRecentSearches',
  tag,
  access: 'seller',
  scope: 'predict',
  summary: 'Delete all of my searches, with their photos',
  status: 204,
});

export const indexStatus = z
  .object({
    state: z
      .enum(['none', 'building', 'ready', 'failed'])
      .meta({ description: '`none`: no similar model is in production' }),
    /** The one that answers. */
    model: modelRef.extend({ description: z.string() }).nullable(),
    /** The one that photos are embedded by now, to answer from then on. */
    next: modelRef
      .extend({
        description: z.string(),
        done: z.number().int(),
        total: z.number().int(),
        secondsLeft: z.number().nullable(),
      })
      .nullable(),
    /** That are listed and have a photo. */
    products: z.number().int(),
    /** Different ones of listed products. */
    photos: z.number().int(),
    embedded: z.number().int(),
    waiting: z.number().int(),
    failed: z.number().int(),
    problems: z.array(z.object({ image: z.string(), productId: z.string(), code: z.string(), message: z.string() })),
    /** Why the last embedding ended early. */
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    backend: z.enum(['exact', 'usearch', 'pgvector']),
    dimension: z.number().int(),
    bytes: z.number().int(),
    updatedAt: timestamp.nullable(),
    thresholds: z.array(
      z.object({
        category: z.string().nullable().meta({ description: 'null: of categories with too few pairs to tell' }),
        threshold: z.number(),
        precision: z
          .number()
          .nullable()
          .meta({ description: 'Share of pairs from the threshold on that share theirs' }),
        pairs: z.number().int(),
      }),
    ),
  })
  .meta({ id: 'IndexStatus' });
export const getIndex = endpoint({
  method: 'GET',
  path: '/index',
  id: 'getIndex',
  tag,
  access: 'engineer',
  scope: 'train',
  summary: 'The index of the catalogue’s photos: its model, how far it is, thresholds, photos that failed',
  response: indexStatus,
});
export const rebuildIndex = endpoint({
  method: 'POST',
  path: '/index/rebuild',
  id: 'rebuildIndex',
  tag,
  access: 'engineer',
  scope: 'train',
  status: 202,
  summary: 'Build the index anew from the stored vectors, and measure its thresholds again',
  response: jobSchema,
});
export const retryFailedPhotos = endpoint({
  method: 'POST',
  path: '/index/failed/retry',
  id: 'retryFailedPhotos',
  tag,
  access: 'engineer',
  scope: 'train',
  status: 202,
  summary: 'Try the photos again that could not be embedded',
  response: jobSchema,
});
