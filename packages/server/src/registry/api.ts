import { z } from 'zod';
import { endpoint, idParams, timestamp } from '../http/endpoint.js';
import { jobSchema } from '../jobs/api.js';

const tag = 'Models';
export const modelSchema = z
  .object({
    id: z.string(),
    task: z.string(),
    /** 1, 2, 3 … within the task. */
    version: z.number().int(),
    stage: z.enum(['candidate', 'production', 'retired']),
    description: z.string(),
    runId: z.string().nullable(),
    runNumber: z.number().int().nullable(),
    dataset: z.string().nullable(),
    snapshot: z.string().nullable(),
    metrics: z.record(z.string(), z.number()),
    primaryMetric: z.string(),
    bytes: z.number().int(),
    createdAt: timestamp,
    promotedAt: timestamp.nullable(),
    promotedBy: z.string().nullable(),
  })
  .meta({ id: 'Model' });

export const listModels = endpoint({
  method: 'GET',
  path: '/models',
  id: 'listModels',
  tag,
  access: 'engineer',
  scope: 'train',
  summary: 'Model versions, newest first',
  query: z.object({ task: z.string().optional(), stage: z.enum(['candidate', 'production', 'retired']).optional() }),
  response: z.array(modelSchema),
});
export const getModel = endpoint({
  method: 'GET',
  path: '/models/:id',
  id: 'getModel',
  tag,
  access: 'engineer',
  scope: 'train',
  summary: 'One version (by id, `classify@3`, or `classify` for the one in production)',
  params: idParams,
  response: modelSchema,
});
export const promoteModel = endpoint({
  method: 'POST',
  path: '/models/:id/promote',
  id: 'promoteModel',
  tag,
  access: 'engineer',
  scope: 'train',
  summary:
    'Put a version into production without a dropped request; refused with `model.gate` when it does worse, unless forced',
  params: idParams,
  body: z.object({ force: z.boolean().default(false) }).default({ force: false }),
  response: modelSchema,
});
export const rollbackModel = endpoint({
  method: 'POST',
  path: '/models/:task/rollback',
  id: 'rollbackModel',
  tag,
  access: 'engineer',
  scope: 'train',
  summary: 'Back to the version that was in production before',
  params: z.object({ task: z.string() }),
  response: modelSchema,
});
export const deleteModel = endpoint({
  method: 'DELETE',
  path: '/models/:id',
  id: 'deleteModel',
  tag,
  access: 'engineer',
  scope: 'train',
  params: idParams,
  status: 204,
  summary: 'Delete a version that is not in production',
});
export const locateModel = endpoint({
  method: 'GET',
  path: '/models/:id/location',
  id: 'locateModel',
  tag,
  access: 'admin',
  localOnly: true,
  summary: 'The artifact’s directory on this machine, checked file by file',
  params: idParams,
  response: z.object({ model: modelSchema, directory: z.string() }),
});
export const importModel = endpoint({
  method: 'POST',
  path: '/models/import',
  id: 'importModel',
  tag,
  access: 'admin',
  localOnly: true,
  status: 201,
  summary: 'Register an exported artifact directory',
  body: z.object({ path: z.string().min(1) }),
  response: modelSchema,
});
export const evaluateModel = endpoint({
  method: 'POST',
  path: '/models/:id/evaluate',
  id: 'evaluateModel',
  tag,
  access: 'engineer',
  scope: 'train',
  status: 202,
  summary:
    'Metrics of a version on a data set; the job’s result holds { metrics, figures, learntFrom, recorded }: whether the version has learnt from those rows, and if so what was measured before it did',
  params: idParams,
  body: z.object({ dataset: z.string(), split: z.enum(['train', 'validation', 'test', 'all']).default('test') }),
  response: jobSchema,
});
