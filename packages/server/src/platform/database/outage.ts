import { setTimeout as sleep } from 'node:timers/promises';

/** PostgreSQL's classes for lost connections, shutdowns and too many clients; the operating system's for the rest. */
const outage = /^(08...|57P0[123]|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$/;
/** What the client says without a code; the last, when a transaction whose connection was cut is rolled back. */
const unreachable =
  /^Connection terminated|^timeout exceeded when trying to connect|^Client (has encountered|was closed).* not queryable/;
const pausesMs = [100, 500, 2000, 5000];

/** Whether an error says that the database can't be reached now, rather than that the query is wrong. */
export function isOutage(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    if (outage.test((cause as NodeJS.ErrnoException).code ?? '')) return true;
    if (unreachable.test(cause.message)) return true;
  }
  return false;
}

/**
 * Tries work on the database again while it can't be reached; the work must bear being done twice.
 * @throws the last error once patience or the signal ends, and at once whatever is no outage
 */
export async function throughOutage<T>(
  work: () => Promise<T>,
  { patienceMs = 120_000, signal }: { patienceMs?: number; signal?: AbortSignal } = {},
): Promise<T> {
  const until = Date.now() + patienceMs;
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isOutage(error) || Date.now() > until) throw error;
      // An abort while it pauses ends it with this error.
      await sleep(pausesMs[Math.min(attempt, pausesMs.length - 1)], undefined, signal && { signal }).catch(() => {
        throw error;
      });
    }
  }
}
