import type { z } from 'zod';
import type { JobRow, JobState } from './tables.js';

/** A job as clients see it. */
export interface Job {
  id: string;
  kind: string;
  state: JobState;
  /** 0 … 1; null while unknown. */
  fraction: number | null;
  message: string;
  secondsLeft: number | null;
  error: { code: string; message: string } | null;
  result: unknown;
  createdAt: string;
  finishedAt: string | null;
}

export function jobOf(row: JobRow): Job {
  const { id, kind, state, fraction, message, secondsLeft, error, result } = row;
  return {
    ...{ id, kind, state, fraction, message, secondsLeft, error, result },
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

/** A job that has not ended and is not asked to. */
export interface OpenJob {
  job: Job;
  input: unknown;
  /** Whether a process that was to do it has died (embedded: or closed): whoever started it may be gone, too. */
  isLeft: boolean;
  /** Whether this machine may do it. */
  isHere: boolean;
}

export interface Progress {
  /** 0 … 1; left out: unknown. */
  fraction?: number;
  message?: string;
  /** Left out: estimated from the fraction and the time so far. */
  secondsLeft?: number;
}

/** What a handler works with. */
export interface JobContext<Input> {
  id: string;
  input: Input;
  /** Aborted by a cancel, and when the server closes: stop soon and throw `signal.reason`. */
  signal: AbortSignal;
  /** Stored at most twice a second. */
  progress(progress: Progress): void;
  /**
   * Does a part once and stores its (JSON) result before going on; a job that is resumed after a crash takes the stored
   * result. Make the part itself safe to repeat: the crash may come between its end and the storing.
   */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
}

export interface JobDefinition<Input, Result> {
  kind: string;
  input: z.ZodType<Input>;
  /** Jobs of one queue share its concurrency; the kind's own queue unless said. */
  queue?: string;
  /** How many jobs of the queue one process runs at a time; 1 unless said. */
  concurrency?: number;
  /** How many times it is taken up before it counts as what kills its process; 5 unless said. */
  attempts?: number;
  /** The input names files of the machine that starts the job: only processes there take it. */
  local?: boolean;
  handler(context: JobContext<Input>): Promise<Result>;
  /** Told of a job that ended while no process worked on it: cancelled in the queue, or given up after many crashes. */
  abandoned?(input: Input, ending: Ending): Promise<void>;
}

export interface Ending {
  state: 'cancelled' | 'failed';
  error: { code: string; message: string } | null;
}

/** Why a signal was aborted: a person cancelled. */
export class JobCancelled extends Error {
  override readonly name = 'JobCancelled';
  constructor() {
    super('The job was cancelled.');
  }
}

/** Why a signal was aborted: this process stops working on the job, which stays queued for the next one. */
export class JobInterrupted extends Error {
  override readonly name = 'JobInterrupted';
  constructor() {
    super('The server is stopping; the job goes on when it starts again.');
  }
}
