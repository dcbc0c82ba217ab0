import { manifestSchema, splitSchema } from '@vitrine/models';
import { z } from 'zod';
import { endpoint, pageOf, pageQuery, timestamp } from '../http/endpoint.js';
import { jobSchema } from '../jobs/api.js';

const tag = 'Data sets';
const { splits, fields } = manifestSchema.shape;
export const nameParams = z.object({ name: z.string().min(1).max(100) });
export const datasetName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,99}$/i, 'Use letters, digits, dot, dash and underscore for a data set’s name.');
export const formatSchema = z.enum(['products', 'rakuten', 'fashion-mnist']);

export const datasetSchema = z
  .object({
    name: z.string(),
    format: z.string(),
    /** Hash of the newest snapshot; null while the first import runs or when it failed. */
    snapshot: z.string().nullable(),
    snapshots: z.number().int(),
    rows: z.number().int(),
    rejected: z.number().int(),
    splits,
    fields,
    classes: z.array(z.object({ code: z.string(), name: z.string(), rows: z.number().int() })),
    bytes: z.number().int(),
    importing: jobSchema.nullable(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Dataset' });

export const importOptions = z.object({
  /** Our field ← their column: `{ title: 'productDisplayName', label: 'articleType' }`. */
  map: z.record(z.string(), z.string()).optional(),
  /** Folder the image paths are relative to (default: the file's own). */
  images: z.string().optional(),
  /** A second file: labels (`rakuten` Y, idx labels). Found beside the first when named the usual way. */
  labels: z.string().optional(),
  /** JSON file of category names by code. */
  names: z.string().optional(),
  seed: z.number().int().optional(),
  split: z.tuple([z.number(), z.number(), z.number()]).optional(),
  delimiter: z.string().optional(),
  encoding: z.string().optional(),
});
export type ImportOptions = z.infer<typeof importOptions>;

/** Options that name other files mean files on the server, which an upload has no business with. */
const uploadOptions = importOptions.omit({ images: true, labels: true, names: true }).strict();
/** The fields of a form are texts. */
const optionsField = z
  .string()
  .default('{}')
  .meta({ description: 'A JSON object, as in `{"map": {"title": "productDisplayName"}}`' })
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: 'custom', message: 'Write the options as a JSON object.' });
      return z.NEVER;
    }
  })
  .pipe(uploadOptions);
/** Photos in one upload; more are sent as an archive. */
export const MAX_PHOTOS = 5000;

export const listDatasets = endpoint({
  method: 'GET',
  path: '/datasets',
  id: 'listDatasets',
  tag,
  access: 'engineer',
  scope: 'train',
  summary: 'Data sets',
  response: z.array(datasetSchema),
});
export const getDataset = endpoint({
  method: 'GET',
  path: '/datasets/:name',
  id: 'getDataset',
  tag,
  access: 'engineer',
  scope: 'train',
  summary: 'One data set',
  params: nameParams,
  response: datasetSchema,
});
export const deleteDataset = endpoint({
  method: 'DELETE',
  path: '/datasets/:name',
  id: 'deleteDataset',
  tag,
  access: 'engineer',
  scope: 'train',
  summary: 'Delete a data set; runs keep their record',
  params: nameParams,
  status: 204,
});
export const importDataset = endpoint({
  method: 'POST',
  path: '/datasets/import',
  id: 'importDataset',
  tag,
  access: 'admin',
  localOnly: true,
  status: 202,
  summary: 'Import from a path on the server’s own machine',
  body: z.object({
    name: datasetName,
    format: formatSchema,
    path: z.string().min(1),
    options: importOptions.default({}),
  }),
  response: jobSchema,
});
export const uploadDataset = endpoint({
  method: 'POST',
  path: '/datasets/upload',
  id: 'uploadDataset',
  tag,
  access: 'engineer',
  scope: 'train',
  consumes: 'multipart',
  status: 202,
  summary: 'Import an uploaded file: a table with its photos beside it, or an archive of both',
  body: z.object({ name: datasetName, format: formatSchema, options: optionsField }),
  files: {
    file: { description: 'A table (CSV, JSON Lines, JSON, Parquet), or a zip or tar with it', required: true },
    labels: { description: 'The labels, where the format has them in a second file' },
    images: { description: 'Photos, under the names that the table has for them', upTo: MAX_PHOTOS },
  },
  response: jobSchema,
});
export const snapshotCatalogue = endpoint({
  method: 'POST',
  path: '/datasets/from-catalogue',
  id: 'snapshotCatalogue',
  tag,
  access: 'engineer',
  scope: 'train',
  status: 202,
  summary: 'Make a data set of the catalogue as it stands',
  body: z.object({ name: datasetName }),
  response: jobSchema,
});
export const rejectedSchema = z
  .object({ row: z.number().int(), id: z.string().nullable(), code: z.string(), reason: z.string() })
  .meta({ id: 'RejectedRow' });
export const listRejected = endpoint({
  method: 'GET',
  path: '/datasets/:name/rejected',
  id: 'listRejected',
  tag,
  access: 'engineer',
  scope: 'train',
  summary: 'Rows the import refused, and why',
  params: nameParams,
  query: pageQuery,
  response: pageOf(rejectedSchema),
});
export const rowSchema = z
  .object({
    index: z.number().int(),
    id: z.string(),
    title: z.string().nullable(),
    description: z.string().nullable(),
    label: z.string().nullable(),
    labelName: z.string().nullable(),
    split: z.string(),
    group: z.number().int(),
    image: z.boolean(),
  })
  .meta({ id: 'DatasetRow' });
export const listRows = endpoint({
  method: 'GET',
  path: '/datasets/:name/rows',
  id: 'listRows',
  tag,
  access: 'engineer',
  scope: 'train',
  summary: 'Look at the rows',
  params: nameParams,
  query: pageQuery.extend({ label: z.string().optional(), split: splitSchema.optional() }),
  response: pageOf(rowSchema),
});
export const getRowImage = endpoint({
  method: 'GET',
  path: '/datasets/:name/rows/:index/image',
  id: 'getRowImage',
  tag,
  access: 'engineer',
  summary: 'A row’s picture',
  params: z.object({ name: z.string(), index: z.coerce.number().int().min(0) }),
  produces: 'image/webp',
});
export const checkReport = z
  .object({
    rows: z.number().int(),
    problems: z.array(
      z.object({ code: z.string(), message: z.string(), count: z.number().int(), examples: z.array(z.string()) }),
    ),
  })
  .meta({ id: 'DatasetCheck' });
export const checkDataset = endpoint({
  method: 'POST',
  path: '/datasets/:name/check',
  id: 'checkDataset',
  tag,
  access: 'engineer',
  scope: 'train',
  summary: 'Duplicates, broken images, rare classes, suspect labels',
  params: nameParams,
  response: checkReport,
});

export const publishDataset = endpoint({
  method: 'POST',
  path: '/datasets/:name/publish',
  id: 'publishDataset',
  tag,
  access: 'engineer',
  scope: 'train',
  status: 202,
  summary: 'List the rows of a data set as products of the shop; those that are listed already are brought up to date',
  params: nameParams,
  response: jobSchema,
});
