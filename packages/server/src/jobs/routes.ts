import { VitrineError } from '@vitrine/models';
import type { Route } from '../http/router.js';
import type { Jobs } from '../platform/jobs/queue.js';
import { cancelJob, getJob, listJobs } from './api.js';

/** Jobs of every kind: how far they are, and their end. */
export function jobRoutes(route: Route, jobs: Jobs): void {
  route(listJobs, ({ query }) => jobs.list(query.page, query.limit));
  route(getJob, ({ params }) => jobs.get(params.id));
  route(cancelJob, async ({ params }) => {
    const { state } = await jobs.get(params.id);
    if (state !== 'queued' && state !== 'running')
      throw new VitrineError('job.finished', `This job has ${state}; there is nothing to cancel.`, 409);
    return jobs.cancel(params.id);
  });
}
