import { z } from 'zod';
import { endpoint, idParams } from '../http/endpoint.js';
import { runSchema } from '../runs/api.js';
import { seedSchema } from './config.js';

const tag = 'Runs';
export const taskSchema = z
  .object({
    name: z.string(),
    title: z.string(),
    metric: z.object({ name: z.string(), direction: z.enum(['max', 'min']) }),
    configSchema: z.unknown(),
  })
  .meta({ id: 'Task' });
export const listTasks = endpoint({
  method: 'GET',
  path: '/tasks',
  id: 'listTasks',
  tag,
  access: 'engineer',
  scope: 'train',
  summary: 'What can be trained, with each config as JSON Schema',
  response: z.array(taskSchema),
});
export const startRun = endpoint({
  method: 'POST',
  path: '/runs',
  id: 'startRun',
  tag,
  access: 'engineer',
  scope: 'train',
  status: 201,
  summary: 'Start a training',
  body: z.object({
    task: z.string(),
    dataset: z.string(),
    config: z.record(z.string(), z.unknown()).default({}),
    seed: seedSchema.optional(),
    promote: z.boolean().default(false).meta({ description: 'Promote the model if it beats the one in production' }),
  }),
  response: runSchema,
});
export const cancelRun = endpoint({
  method: 'POST',
  path: '/runs/:id/cancel',
  id: 'cancelRun',
  tag,
  access: 'engineer',
  scope: 'train',
  summary: 'Cancel a run',
  params: idParams,
  response: runSchema,
});
export const resumeRun = endpoint({
  method: 'POST',
  path: '/runs/:id/resume',
  id: 'resumeRun',
  tag,
  access: 'engineer',
  scope: 'train',
  summary: 'Go on with a failed or cancelled run from its last checkpoint',
  params: idParams,
  response: runSchema,
});
export const deleteRun = endpoint({
  method: 'DELETE',
  path: '/runs/:id',
  id: 'deleteRun',
  tag,
  access: 'engineer',
  scope: 'train',
  summary: 'Delete a finished run that has no model',
  params: idParams,
  status: 204,
});
