import { z } from 'zod';
import { endpoint, pageOf, pageQuery, timestamp } from '../http/endpoint.js';

export const jobSchema = z
  .object({
    id: z.string(),
    kind: z.string(),
    state: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']),
    fraction: z.number().nullable(),
    message: z.string(),
    secondsLeft: z.number().nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    result: z.unknown().nullable(),
    createdAt: timestamp,
    finishedAt: timestamp.nullable(),
  })
  .meta({ id: 'Job' });

const jobParams = z.object({ id: z.string().max(100) });

export const getJob = endpoint({
  method: 'GET',
  path: '/jobs/:id',
  id: 'getJob',
  tag: 'Jobs',
  access: 'seller',
  scope: 'train',
  summary: 'How far a job is',
  params: jobParams,
  response: jobSchema,
});

export const listJobs = endpoint({
  method: 'GET',
  path: '/jobs',
  id: 'listJobs',
  tag: 'Jobs',
  access: 'engineer',
  scope: 'train',
  summary: 'Jobs, newest first',
  query: pageQuery,
  response: pageOf(jobSchema),
});

export const cancelJob = endpoint({
  method: 'POST',
  path: '/jobs/:id/cancel',
  id: 'cancelJob',
  tag: 'Jobs',
  access: 'engineer',
  scope: 'train',
  summary: 'Cancel a job',
  params: jobParams,
  response: jobSchema,
});
