import { z } from 'zod';
import { endpoint, idParams, pageOf, pageQuery, timestamp } from '../http/endpoint.js';

const tag = 'Runs';
export const runState = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']);
export const runSchema = z
  .object({
    id: z.string(),
    /** Short readable number, #12. */
    number: z.number().int(),
    task: z.string(),
    dataset: z.string(),
    snapshot: z.string(),
    config: z.unknown(),
    seed: z.number().int(),
    codeVersion: z.string(),
    state: runState,
    phase: z.string().nullable(),
    fraction: z.number(),
    secondsLeft: z.number().nullable(),
    message: z.string(),
    /** On the test split, once finished. */
    metrics: z.record(z.string(), z.number()).nullable(),
    primaryMetric: z.string(),
    modelId: z.string().nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    promote: z.boolean(),
    createdBy: z.string().nullable(),
    createdAt: timestamp,
    startedAt: timestamp.nullable(),
    finishedAt: timestamp.nullable(),
  })
  .meta({ id: 'Run' });
export const listRuns = endpoint({
  method: 'GET',
  path: '/runs',
  id: 'listRuns',
  tag,
  access: 'engineer',
  scope: 'train',
  summary: 'Runs, newest first',
  query: pageQuery.extend({ task: z.string().optional(), dataset: z.string().optional(), state: runState.optional() }),
  response: pageOf(runSchema),
});
export const compareRuns = endpoint({
  method: 'GET',
  path: '/runs/compare',
  id: 'compareRuns',
  tag,
  access: 'engineer',
  scope: 'train',
  summary: 'Runs side by side: config differences and metrics',
  query: z.object({ ids: z.string().meta({ description: 'Comma-separated ids or numbers, 2 to 8' }) }),
  response: z.object({
    runs: z.array(runSchema),
    config: z.array(z.object({ key: z.string(), values: z.array(z.unknown()), differs: z.boolean() })),
    metrics: z.array(
      z.object({ name: z.string(), values: z.array(z.number().nullable()), best: z.number().int().nullable() }),
    ),
  }),
});
export const getRun = endpoint({
  method: 'GET',
  path: '/runs/:id',
  id: 'getRun',
  tag,
  access: 'engineer',
  scope: 'train',
  summary: 'One run (by id or number)',
  params: idParams,
  response: runSchema,
});
export const seriesSchema = z
  .object({ name: z.string(), points: z.array(z.object({ step: z.number(), epoch: z.number(), value: z.number() })) })
  .meta({ id: 'Series' });
export const getRunSeries = endpoint({
  method: 'GET',
  path: '/runs/:id/series',
  id: 'getRunSeries',
  tag,
  access: 'engineer',
  scope: 'train',
  summary: 'Loss, accuracy, … over the run (thinned to at most `points` each)',
  params: idParams,
  query: z.object({ points: z.coerce.number().int().min(10).max(5000).default(500) }),
  response: z.array(seriesSchema),
});
export const figureSchema = z.object({ name: z.string(), epoch: z.number(), data: z.unknown() }).meta({ id: 'Figure' });
export const getRunFigures = endpoint({
  method: 'GET',
  path: '/runs/:id/figures',
  id: 'getRunFigures',
  tag,
  access: 'engineer',
  scope: 'train',
  summary:
    'Figures by epoch: `confusion` { classes: [{code,name}], matrix: rows true, columns predicted }, `perClass`, `reliability`',
  params: idParams,
  query: z.object({ name: z.string().optional(), epoch: z.coerce.number().optional() }),
  response: z.array(figureSchema),
});
export const getRunPhases = endpoint({
  method: 'GET',
  path: '/runs/:id/phases',
  id: 'getRunPhases',
  tag,
  access: 'engineer',
  scope: 'train',
  summary: 'What a run did when: its phases, those of earlier attempts too',
  params: idParams,
  response: z.array(
    z
      .object({
        phase: z.string(),
        message: z.string().nullable(),
        state: z.enum(['running', 'succeeded', 'failed', 'cancelled', 'interrupted']),
        startedAt: timestamp,
        /** Until its end, or now; null where its process died. */
        seconds: z.number().nullable(),
      })
      .meta({ id: 'RunPhase' }),
  ),
});
export const logSchema = z.object({ at: timestamp, level: z.string(), message: z.string() }).meta({ id: 'RunLog' });
export const getRunLogs = endpoint({
  method: 'GET',
  path: '/runs/:id/logs',
  id: 'getRunLogs',
  tag,
  access: 'engineer',
  scope: 'train',
  summary: 'What the training said: the newest 5,000 lines, oldest first',
  params: idParams,
  response: z.array(logSchema),
});
export const streamRun = endpoint({
  method: 'GET',
  path: '/runs/:id/events',
  id: 'streamRun',
  tag,
  access: 'engineer',
  scope: 'train',
  summary:
    'Live events (server-sent): `run` (the run), `metrics`, `figure` (name and epoch), `log`; resumes from Last-Event-ID',
  params: idParams,
  produces: 'text/event-stream',
});
