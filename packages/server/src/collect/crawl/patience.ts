import { throughOutage } from '../../platform/database/outage.js';

/** Waits until the database is back, unless the crawl is to stop; the work must bear being done twice. */
export function patiently<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return throughOutage(
    async () => {
      signal.throwIfAborted();
      return work();
    },
    { signal },
  );
}
