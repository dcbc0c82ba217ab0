import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { VitrineError } from '@vitrine/models';
import type { Database } from '../database/database.js';
import { type Ending, type Job, JobCancelled, type JobDefinition, JobInterrupted, jobOf, type OpenJob } from './job.js';
import { RunningJob } from './running-job.js';
import { JobStore } from './store.js';
import type { JobRow } from './tables.js';

interface Queue {
  kinds: string[];
  concurrency: number;
  running: number;
}
/** A kind of job, for starting jobs of it. */
export interface JobKind<Input> {
  /** @throws ZodError when the input is not what the kind says */
  start(input: Input, createdBy?: string | null): Promise<Job>;
  /** Starts a job under an id of the caller's, unless it was started before, here or by another process. */
  startOnce(id: string, input: Input): Promise<Job>;
}

const maxAttempts = 5;
const patienceMs = 10_000;

/**
 * Durable jobs: a row each, worked on by whichever process claims it. A job outlives the process: one that was running
 * when its process died is taken up again, its finished steps kept. Any number of processes may share a PostgreSQL.
 */
export class Jobs {
  readonly #definitions = new Map<string, JobDefinition<unknown, unknown>>();
  readonly #queues = new Map<string, Queue>();
  readonly #running = new Map<string, RunningJob>();
  readonly #store: JobStore;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #again = false;
  #open = false;
  /** What earlier processes left to do, where no other can be at work. */
  #left: ReadonlySet<string> = new Set();

  constructor(
    private readonly database: Database,
    private readonly onFault: (error: unknown) => void = () => undefined,
    private readonly pollMs = 1000,
  ) {
    this.#store = new JobStore(database.db, `${hostname()}:${process.pid}:${randomUUID()}`, hostname());
  }

  define<Input, Result>(definition: JobDefinition<Input, Result>): JobKind<Input> {
    const { kind, queue = kind, concurrency = 1, local = false } = definition;
    if (this.#definitions.has(kind)) throw new Error(`The job kind ${kind} is defined twice.`);
    this.#definitions.set(kind, definition as JobDefinition<unknown, unknown>);
    const shared = this.#queues.get(queue) ?? { kinds: [], concurrency, running: 0 };
    shared.kinds.push(kind);
    this.#queues.set(queue, shared);
    return {
      start: async (input, createdBy = null) => {
        const row = await this.#store.add(kind, definition.input.parse(input), {
          createdBy,
          host: local && this.database.kind === 'postgresql' ? hostname() : null,
        });
        this.#look();
        return jobOf(row);
      },
      startOnce: async (id, input) => {
        await this.#store.addOnce(id, kind, definition.input.parse(input));
        this.#look();
        return this.get(id);
      },
    };
  }

  /** This process takes none of a queue's jobs; others on the database do. */
  leave(queue: string): void {
    this.#queues.delete(queue);
  }

  /** Begins to work; all kinds are defined by now. */
  async open(): Promise<void> {
    if (this.database.kind === 'embedded') this.#left = new Set(await this.#store.requeueAll());
    this.#open = true;
    this.#timer = setInterval(() => this.#tick().catch(this.onFault), this.pollMs);
    this.#look();
  }

  /** Stops working: running jobs are interrupted and go back into the queue. */
  async close(): Promise<void> {
    this.#open = false;
    clearInterval(this.#timer);
    await this.#looking;
    for (const job of this.#running.values()) job.stop(new JobInterrupted());
    const stopped = Promise.all([...this.#running.values()].map((job) => job.done));
    // One that ignores its signal stays marked as running, and is taken up as after a crash.
    await Promise.race([stopped, sleep(patienceMs, undefined, { ref: false })]);
  }

  async find(id: string): Promise<Job | undefined> {
    const row = await this.#store.find(id);
    return row && jobOf(row);
  }

  /** A job as it stands, unless it has ended or was asked to. */
  async findOpen(id: string): Promise<OpenJob | undefined> {
    const row = await this.#store.find(id);
    if (!row || row.cancelRequested || (row.state !== 'queued' && row.state !== 'running')) return undefined;
    // One that is run counts its first attempt at once.
    const isLeft = this.#left.has(id) || row.attempts > (row.state === 'running' ? 1 : 0);
    return { job: jobOf(row), input: row.input, isLeft, isHere: row.host === null || row.host === hostname() };
  }

  /** @throws VitrineError `job.unknown` */
  async get(id: string): Promise<Job> {
    const job = await this.find(id);
    if (!job) throw new VitrineError('job.unknown', 'There is no job with this id.', 404);
    return job;
  }

  async list(page: number, limit: number): Promise<{ items: Job[]; total: number; page: number; limit: number }> {
    const { rows, total } = await this.#store.page(page, limit);
    return { items: rows.map(jobOf), total, page, limit };
  }

  /** Cancels a queued job at once and asks a running one to stop; a finished one stays as it is. */
  async cancel(id: string): Promise<Job> {
    await this.get(id);
    const ended = await this.#store.requestCancel(id);
    if (ended) await this.#abandoned(ended, { state: 'cancelled', error: null });
    this.#running.get(id)?.stop(new JobCancelled());
    return this.get(id);
  }

  async #tick(): Promise<void> {
    const ids = [...this.#running.keys()];
    if (ids.length) {
      const owned = await this.#store.beat(ids);
      for (const id of ids) {
        if (!owned.has(id)) this.#running.get(id)?.stop(new JobInterrupted());
        else if (owned.get(id)?.cancelRequested) this.#running.get(id)?.stop(new JobCancelled());
      }
    }
    this.#look();
  }

  /** Looks for work, once at a time; a call meanwhile makes it look once more. */
  #look(): void {
    if (!this.#open) return;
    this.#again = true;
    this.#looking ??= (async () => {
      try {
        while (this.#again && this.#open) {
          this.#again = false;
          for (const queue of this.#queues.values()) await this.#fill(queue);
        }
      } catch (error) {
        this.onFault(error);
      } finally {
        this.#looking = undefined;
      }
    })();
  }

  async #abandoned({ kind, input }: JobRow, ending: Ending): Promise<void> {
    const definition = this.#definitions.get(kind);
    await definition?.abandoned?.(definition.input.parse(input), ending);
  }

  async #fill(queue: Queue): Promise<void> {
    while (this.#open && queue.running < queue.concurrency) {
      const row = await this.#store.claim(queue.kinds);
      const definition = row && this.#definitions.get(row.kind);
      if (!row || !definition) return;
      const { attempts = maxAttempts } = definition;
      if (row.attempts > attempts) {
        const message = `The process working on this job died ${attempts} times; the server’s log may say why.`;
        const error = { code: 'job.crashed', message };
        await this.#store.finish(row.id, 'failed', { error });
        await this.#abandoned(row, { state: 'failed', error });
        continue;
      }
      if (row.cancelRequested) {
        await this.#store.finish(row.id, 'cancelled');
        await this.#abandoned(row, { state: 'cancelled', error: null });
        continue;
      }
      const job = new RunningJob(row, definition, this.#store, this.onFault);
      queue.running++;
      this.#running.set(row.id, job);
      void job.done.finally(() => {
        queue.running--;
        this.#running.delete(row.id);
        this.#look();
      });
    }
  }
}
