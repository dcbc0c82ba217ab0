import { z } from 'zod';
import { endpoint, idParams, pageOf, pageQuery, timestamp } from '../http/endpoint.js';

const common = { tag: 'Pipelines', access: 'engineer', scope: 'train' } as const;
const error = z.object({ code: z.string(), message: z.string() });

const stepState = z.enum(['waiting', 'queued', 'running', 'succeeded', 'failed', 'cancelled', 'skipped']);
const pipelineState = z.enum(['running', 'succeeded', 'failed', 'cancelled']);
export const pipelineStepSchema = z
  .object({
    name: z.string(),
    title: z.string(),
    /** Names of the steps it waits for. */
    needs: z.array(z.string()),
    state: stepState,
    attempts: z.number().int(),
    /** When it tries again by itself. */
    retryAt: timestamp.nullable(),
    startedAt: timestamp.nullable(),
    finishedAt: timestamp.nullable(),
    /** From its first attempt to its end, or to now. */
    seconds: z.number().nullable(),
    /** 0 … 1 while it runs; null: not known. */
    fraction: z.number().nullable(),
    secondsLeft: z.number().nullable(),
    /** What it does now, or why it was left out. */
    message: z.string(),
    error: error.nullable(),
    /** What it worked on. */
    links: z.array(z.object({ kind: z.enum(['site', 'dataset', 'run', 'model']), id: z.string(), title: z.string() })),
    output: z.unknown().nullable(),
    /** The newest 500 lines. */
    log: z.array(z.object({ at: timestamp, level: z.enum(['info', 'warn']), message: z.string() })),
  })
  .meta({ id: 'PipelineStep' });
const head = {
  id: z.string(),
  /** Short readable number, #12. */
  number: z.number().int(),
  kind: z.string(),
  title: z.string(),
  input: z.unknown(),
  state: pipelineState,
  createdBy: z.string().nullable(),
  createdAt: timestamp,
  finishedAt: timestamp.nullable(),
};
export const pipelineSchema = z.object({ ...head, steps: z.array(pipelineStepSchema) }).meta({ id: 'Pipeline' });
export const pipelineSummarySchema = z
  .object({
    ...head,
    steps: z.array(z.object({ name: z.string(), title: z.string(), state: stepState })),
  })
  .meta({ id: 'PipelineSummary' });
export type Pipeline = z.infer<typeof pipelineSchema>;
export type PipelineSummary = z.infer<typeof pipelineSummarySchema>;

export const listPipelines = endpoint({
  ...common,
  method: 'GET',
  path: '/pipelines',
  id: 'listPipelines',
  summary: 'Pipelines, newest first',
  query: pageQuery,
  response: pageOf(pipelineSummarySchema),
});
export const startPipeline = endpoint({
  ...common,
  method: 'POST',
  path: '/pipelines',
  id: 'startPipeline',
  status: 201,
  summary: 'Start a pipeline: `learn` collects, makes a data set, trains, compares, promotes and indexes',
  body: z.object({
    kind: z.string().max(40).default('learn'),
    input: z.record(z.string(), z.unknown()).meta({ example: { task: 'similar', site: 'my-shop' } }),
  }),
  response: pipelineSchema,
});
export const getPipeline = endpoint({
  ...common,
  method: 'GET',
  path: '/pipelines/:id',
  id: 'getPipeline',
  summary: 'One pipeline (by id or number): its graph of steps with states, durations and logs',
  params: idParams,
  response: pipelineSchema,
});
export const cancelPipeline = endpoint({
  ...common,
  method: 'POST',
  path: '/pipelines/:id/cancel',
  id: 'cancelPipeline',
  summary: 'Cancel a pipeline, with what its steps have started',
  params: idParams,
  response: pipelineSchema,
});
export const retryPipeline = endpoint({
  ...common,
  method: 'POST',
  path: '/pipelines/:id/retry',
  id: 'retryPipeline',
  summary: 'Go on with a pipeline at the steps that failed or were cancelled',
  params: idParams,
  response: pipelineSchema,
});
export const retryPipelineStep = endpoint({
  ...common,
  method: 'POST',
  path: '/pipelines/:id/steps/:name/retry',
  id: 'retryPipelineStep',
  summary: 'Begin a failed or cancelled step again, and then what waits for it',
  params: idParams.extend({ name: z.string().max(100) }),
  response: pipelineSchema,
});
export const streamPipeline = endpoint({
  ...common,
  method: 'GET',
  path: '/pipelines/:id/events',
  id: 'streamPipeline',
  summary: 'The pipeline whenever it changes, until it ends, as server-sent events `pipeline`',
  params: idParams,
  produces: 'text/event-stream',
});
