import { setTimeout as sleep } from 'node:timers/promises';
import { VitrineError } from '@vitrine/models';
import { throughOutage } from '../../platform/database/outage.js';
import type { Job, Progress } from '../../platform/jobs/job.js';

export interface Waiting {
  signal: AbortSignal;
  progress(progress: Progress): void;
}

const LOOK_MS = 500;
/** Ends that say nothing against another attempt. */
const PASSING = /^(job|run)\.(failed|crashed|lost)$/;

interface Ending {
  state: string;
  error: { code: string; message: string } | null;
}

/** Looks again and again until something has succeeded. @throws VitrineError why it has not */
export async function succeeded<T extends Ending>(
  read: () => Promise<T>,
  { signal, onLook }: { signal: AbortSignal; onLook(now: T): void },
  name: string,
): Promise<T> {
  for (;;) {
    // What is waited for goes on while the database can't be asked.
    const now = await throughOutage(read, { patienceMs: Number.POSITIVE_INFINITY, signal });
    if (now.state === 'succeeded') return now;
    if (now.state === 'failed' || now.state === 'cancelled') {
      const { code, message } = now.error ?? { code: 'pipeline.cancelled', message: `${name} was cancelled.` };
      throw new VitrineError(code, message, PASSING.test(code) ? 500 : 409);
    }
    onLook(now);
    await sleep(LOOK_MS, undefined, { signal });
  }
}

/** A job's result once it has succeeded; meanwhile its progress is the step's. */
export async function resultOf<Result>(
  jobs: { get(id: string): Promise<Job> },
  id: string,
  { signal, progress }: Waiting,
  name: string,
): Promise<Result> {
  const onLook = ({ fraction, message, secondsLeft }: Job) =>
    progress({
      message: message || 'Waiting for its turn',
      ...(fraction === null ? {} : { fraction }),
      ...(secondsLeft === null ? {} : { secondsLeft }),
    });
  return (await succeeded(() => jobs.get(id), { signal, onLook }, name)).result as Result;
}
