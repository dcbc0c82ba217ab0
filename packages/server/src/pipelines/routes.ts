import type { Audit } from '../accounts/audit.js';
import type { Route } from '../http/router.js';
import { sendEvents } from '../http/sse.js';
import type { News } from '../platform/news.js';
import * as api from './api.js';
import type { Pipelines } from './pipelines.js';

export interface PipelineRoutes {
  pipelines: Pipelines;
  audit: Audit;
  news: News;
}

export function pipelineRoutes(route: Route, { pipelines, audit, news }: PipelineRoutes): void {
  route(api.listPipelines, ({ query }) => pipelines.list(query.page, query.limit));
  route(api.startPipeline, async ({ body, caller }) => {
    const pipeline = await pipelines.start(body.kind, body.input, caller.name);
    await audit.record(caller, 'pipeline.start', `#${pipeline.number}`, { kind: pipeline.kind });
    return pipeline;
  });
  route(api.getPipeline, ({ params }) => pipelines.get(params.id));
  route(api.cancelPipeline, async ({ params, caller }) => {
    const pipeline = await pipelines.cancel(params.id);
    await audit.record(caller, 'pipeline.cancel', `#${pipeline.number}`);
    return pipeline;
  });
  route(api.retryPipeline, ({ params }) => pipelines.retry(params.id));
  route(api.retryPipelineStep, ({ params }) => pipelines.retry(params.id, params.name));
  route(api.streamPipeline, async ({ params, request, reply }) => {
    // Before the stream begins, so that an unknown pipeline is a 404.
    const { id } = await pipelines.get(params.id);
    return sendEvents(request, reply, async function* (signal) {
      let told = '';
      while (!signal.aborted) {
        const data = await pipelines.get(id);
        const now = JSON.stringify({ ...data, steps: data.steps.map((step) => ({ ...step, seconds: null })) });
        if (now !== told) yield { event: 'pipeline', data };
        told = now;
        if (data.state !== 'running') return;
        await news.wait(id, signal);
      }
    });
  });
}
