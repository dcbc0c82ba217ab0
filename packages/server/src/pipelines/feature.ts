import { z } from 'zod';
import type { Context } from '../context.js';
import { News } from '../platform/news.js';
import { type LearnOptions, learnPipeline } from './learn/learn.js';
import { Pipelines } from './pipelines.js';
import { pipelineRoutes } from './routes.js';

/** Steps that need one another, from a shop's site to a model in production. */
export function pipelineFeature(context: Context, offered: Omit<LearnOptions, 'db' | 'jobs'>): void {
  const { db, jobs, log, schedules, route, audit } = context;
  const news = new News();
  const pipelines = new Pipelines({ db, jobs, news, onFault: (err) => log.error({ err }, 'pipeline fault') });
  pipelines.define(learnPipeline({ db, jobs, ...offered }));
  schedules.define({
    kind: 'pipeline',
    target: z.object({ pipeline: z.string().default('learn'), input: z.record(z.string(), z.unknown()) }),
    check: ({ pipeline, input }) => pipelines.check(pipeline, input),
    start: ({ pipeline, input }) => pipelines.start(pipeline, input, null),
  });
  pipelineRoutes(route, { pipelines, audit, news });
  context.onStart(() => pipelines.open());
  context.onClose(() => pipelines.close());
}
