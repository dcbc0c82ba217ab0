import type { Job } from '../../platform/jobs/job.js';

/** A job in a state, where tests look at nothing else of it. */
export function jobOf(state: Job['state'], id = 'job'): Job {
  return {
    ...{ id, kind: 'embed', state, fraction: null, message: '', secondsLeft: null },
    ...{ error: null, result: null, createdAt: new Date().toISOString(), finishedAt: null },
  };
}
