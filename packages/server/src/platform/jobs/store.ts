import { and, count, desc, eq, inArray, isNull, lt, or, sql } from 'drizzle-orm';
import type { Queries } from '../database/database.js';
import { storable, storableJson } from '../database/storable.js';
import { newId } from '../id.js';
import { type JobRow, type JobState, jobSteps, jobs } from './tables.js';

/** A worker that has not shown itself for this long is taken for dead. */
const deadAfter = sql`now() - interval '30 seconds'`;

/** All that the queue reads and writes. `worker` names this process: an owner that lost a job can't write it any more. */
export class JobStore {
  constructor(
    private readonly db: Queries,
    readonly worker: string,
    private readonly host: string,
  ) {}

  /** @param origin.host the only machine that can do it; null: any */
  async add(kind: string, input: unknown, origin: { createdBy: string | null; host: string | null }): Promise<JobRow> {
    const [row] = await this.db
      .insert(jobs)
      .values({ id: newId(), kind, input, ...origin })
      .returning();
    return row as JobRow;
  }

  /** Adds a job under an id of the caller's, unless one is there; of processes that ask together, one adds it. */
  async addOnce(id: string, kind: string, input: unknown): Promise<void> {
    await this.db.insert(jobs).values({ id, kind, input }).onConflictDoNothing();
  }

  async find(id: string): Promise<JobRow | undefined> {
    const [row] = await this.db.select().from(jobs).where(eq(jobs.id, id));
    return row;
  }

  async page(page: number, limit: number): Promise<{ rows: JobRow[]; total: number }> {
    const rows = await this.db
      .select()
      .from(jobs)
      .orderBy(desc(jobs.createdAt), desc(jobs.id))
      .limit(limit)
      .offset((page - 1) * limit);
    const [counted] = await this.db.select({ total: count() }).from(jobs);
    return { rows, total: counted?.total ?? 0 };
  }

  /** Takes the oldest job of these kinds that is queued, or whose worker died; two processes never take the same. */
  async claim(kinds: string[]): Promise<JobRow | undefined> {
    const isAbandoned = and(eq(jobs.state, 'running'), lt(jobs.heartbeatAt, deadAfter));
    const isOurs = or(isNull(jobs.host), eq(jobs.host, this.host));
    const next = this.db
      .select({ id: jobs.id })
      .from(jobs)
      .where(and(inArray(jobs.kind, kinds), isOurs, or(eq(jobs.state, 'queued'), isAbandoned)))
      .orderBy(jobs.createdAt, jobs.id)
      .limit(1)
      .for('update', { skipLocked: true });
    const [row] = await this.db
      .update(jobs)
      .set({
        state: 'running',
        worker: this.worker,
        attempts: sql`${jobs.attempts} + 1`,
        heartbeatAt: sql`now()`,
        startedAt: sql`coalesce(${jobs.startedAt}, now())`,
      })
      .where(eq(jobs.id, sql`(${next})`))
      .returning();
    return row;
  }

  /**
   * Queues what dead processes left running. Only where this process is the only one: the embedded database.
   * @returns the ids of all that earlier processes left to do
   */
  async requeueAll(): Promise<string[]> {
    await this.db.update(jobs).set({ state: 'queued', worker: null }).where(eq(jobs.state, 'running'));
    const left = await this.db.select({ id: jobs.id }).from(jobs).where(eq(jobs.state, 'queued'));
    return left.map(({ id }) => id);
  }

  #mine(id: string) {
    return and(eq(jobs.id, id), eq(jobs.worker, this.worker), eq(jobs.state, 'running'));
  }

  /** Shows that the worker lives; answers which of the jobs it still owns, and whether they should stop. */
  async beat(ids: string[]): Promise<Map<string, { cancelRequested: boolean }>> {
    const rows = await this.db
      .update(jobs)
      .set({ heartbeatAt: sql`now()` })
      .where(and(inArray(jobs.id, ids), eq(jobs.worker, this.worker), eq(jobs.state, 'running')))
      .returning({ id: jobs.id, cancelRequested: jobs.cancelRequested });
    return new Map(rows.map(({ id, cancelRequested }) => [id, { cancelRequested }]));
  }

  async progress(id: string, fraction: number | null, message: string, secondsLeft: number | null): Promise<void> {
    await this.db
      .update(jobs)
      .set({ fraction, message: storable(message), secondsLeft })
      .where(this.#mine(id));
  }

  async finish(
    id: string,
    state: JobState,
    { result, error }: { result?: unknown; error?: { code: string; message: string } } = {},
  ): Promise<void> {
    await this.db
      .update(jobs)
      .set({
        state,
        secondsLeft: null,
        finishedAt: sql`now()`,
        ...(state === 'succeeded' ? { fraction: 1, result: storableJson(result) } : {}),
        ...(error ? { error: { ...error, message: storable(error.message) } } : {}),
      })
      .where(this.#mine(id));
    await this.db.delete(jobSteps).where(eq(jobSteps.jobId, id));
  }

  /** Back into the queue, without counting as an attempt. */
  async giveBack(id: string): Promise<void> {
    await this.db
      .update(jobs)
      .set({ state: 'queued', worker: null, attempts: sql`${jobs.attempts} - 1` })
      .where(this.#mine(id));
  }

  /** A queued job is cancelled at once; a running one is asked to stop. */
  /** @returns the job when it waited in the queue and so has ended */
  async requestCancel(id: string): Promise<JobRow | undefined> {
    const [ended] = await this.db
      .update(jobs)
      .set({ state: 'cancelled', finishedAt: sql`now()`, cancelRequested: true })
      .where(and(eq(jobs.id, id), eq(jobs.state, 'queued')))
      .returning();
    await this.db
      .update(jobs)
      .set({ cancelRequested: true })
      .where(and(eq(jobs.id, id), eq(jobs.state, 'running')));
    return ended;
  }

  async stepResult(jobId: string, name: string): Promise<{ result: unknown } | undefined> {
    const [row] = await this.db
      .select({ result: jobSteps.result })
      .from(jobSteps)
      .where(and(eq(jobSteps.jobId, jobId), eq(jobSteps.name, name)));
    return row;
  }

  async storeStep(jobId: string, name: string, result: unknown): Promise<void> {
    await this.db
      .insert(jobSteps)
      .values({ jobId, name, result: storableJson(result) })
      .onConflictDoNothing();
  }
}
