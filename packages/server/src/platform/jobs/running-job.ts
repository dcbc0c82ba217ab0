import { VitrineError } from '@vitrine/models';
import { throughOutage } from '../database/outage.js';
import { messageOf } from '../database/query-fault.js';
import { JobCancelled, type JobContext, type JobDefinition, JobInterrupted, type Progress } from './job.js';
import type { JobStore } from './store.js';
import type { JobRow } from './tables.js';

const progressMs = 500;

/** One job while this process works on it. */
export class RunningJob {
  readonly done: Promise<void>;
  readonly #abort = new AbortController();
  readonly #startedAt = Date.now();
  #firstFraction: number | undefined;
  #progress: Required<Pick<Progress, 'message'>> & Progress;
  #writing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly row: JobRow,
    definition: JobDefinition<unknown, unknown>,
    private readonly store: JobStore,
    /** Told of errors that are no typed ones, and of writes that fail. */
    private readonly onFault: (error: unknown) => void,
  ) {
    this.#progress = { message: row.message, ...(row.fraction === null ? {} : { fraction: row.fraction }) };
    this.done = this.#run(definition);
  }

  stop(reason: JobCancelled | JobInterrupted): void {
    this.#abort.abort(reason);
  }

  async #run(definition: JobDefinition<unknown, unknown>): Promise<void> {
    const { id } = this.row;
    let end: () => Promise<void>;
    try {
      const result = await definition.handler(this.#context(definition.input.parse(this.row.input)));
      end = () => this.store.finish(id, 'succeeded', { result });
    } catch (error) {
      end = () => this.#failed(error);
    }
    await this.#settle();
    // What was done is done, even if the database can't be told just now.
    await throughOutage(end).catch(this.onFault);
  }

  async #failed(error: unknown): Promise<void> {
    const { id } = this.row;
    const { reason } = this.#abort.signal;
    if (reason instanceof JobInterrupted) return this.store.giveBack(id);
    if (reason instanceof JobCancelled) return this.store.finish(id, 'cancelled');
    if (!(error instanceof VitrineError)) this.onFault(error);
    const { code, message } =
      error instanceof VitrineError
        ? error
        : { code: 'job.failed', message: `The job failed unexpectedly: ${messageOf(error)}` };
    return this.store.finish(id, 'failed', { error: { code, message } });
  }

  #context(input: unknown): JobContext<unknown> {
    const { id } = this.row;
    return {
      id,
      input,
      signal: this.#abort.signal,
      progress: (progress) => this.#report(progress),
      step: async (name, work) => {
        const stored = await this.store.stepResult(id, name);
        if (stored) return stored.result as Awaited<ReturnType<typeof work>>;
        this.#abort.signal.throwIfAborted();
        const result = await work();
        await throughOutage(() => this.store.storeStep(id, name, result));
        return result;
      },
    };
  }

  #report(progress: Progress): void {
    this.#progress = { ...this.#progress, ...progress };
    if (progress.secondsLeft === undefined) delete this.#progress.secondsLeft;
    this.#firstFraction ??= progress.fraction;
    this.#timer ??= setTimeout(() => this.#write(), progressMs);
  }

  #write(): void {
    this.#timer = undefined;
    const { fraction, message, secondsLeft = this.#estimate() } = this.#progress;
    this.#writing = this.store.progress(this.row.id, fraction ?? null, message, secondsLeft).catch(this.onFault);
  }

  /** Seconds left at the speed since this process took the job. */
  #estimate(): number | null {
    const { fraction } = this.#progress;
    const gained = (fraction ?? 0) - (this.#firstFraction ?? 0);
    if (fraction === undefined || gained <= 0.01) return null;
    return ((Date.now() - this.#startedAt) / 1000) * ((1 - fraction) / gained);
  }

  async #settle(): Promise<void> {
    if (this.#timer) {
      clearTimeout(this.#timer);
      this.#write();
    }
    await this.#writing;
  }
}
