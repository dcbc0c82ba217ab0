import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openSnapshot, type Task, taskNamed, VitrineError } from '@vitrine/models';
import { eq, inArray } from 'drizzle-orm';
import { z } from 'zod';
import { newId } from '../platform/id.js';
import type { Ending } from '../platform/jobs/job.js';
import type { JobKind, Jobs } from '../platform/jobs/queue.js';
import { changeRun, findRun, type Run, runOf } from '../runs/store.js';
import { runs } from '../runs/tables.js';
import { completeConfig, withoutSeed } from './config.js';
import { locateFiles, refusePaths } from './config-files.js';
import { isResumable } from './retention.js';
import { TrainingWork, type TrainingWorkOptions } from './work.js';

export interface TrainingOptions extends TrainingWorkOptions {
  jobs: Jobs;
  version: string;
}

export interface RunRequest {
  task: string;
  dataset: string;
  config: Record<string, unknown>;
  seed?: number | undefined;
  promote: boolean;
  /** The config may name files by their path, wherever they lie on the machine. */
  anyFile?: boolean | undefined;
  /** The run's id: a second start with it starts nothing, and answers the same run. */
  once?: string | undefined;
}

/** Longest time between a run's record and its job, in milliseconds. */
const QUEUING_MS = 60_000;

/** Trainings wait here for their turn, one at a time in each process. */
export const trainingQueue = 'training';

const input = z.object({ runId: z.string() });

/** Trainings: each a run with its record, worked on by a durable job, one at a time. */
export class Training {
  readonly #job: JobKind<z.infer<typeof input>>;
  readonly #work: TrainingWork;

  constructor(private readonly options: TrainingOptions) {
    this.#work = new TrainingWork(options);
    this.#job = options.jobs.define({
      kind: 'train',
      queue: trainingQueue,
      input,
      handler: (context) => this.#work.run(context),
      abandoned: ({ runId }, ending) => this.#end(runId, ending),
    });
  }

  /**
   * Records a run and queues it. A `seed` in the config is the run's, unless the request names one beside it.
   * @throws VitrineError `task.unknown` (404), `dataset.unknown` (404); ConfigError naming the key; DataError when the data
   *   can't be learnt from.
   */
  async start(request: RunRequest, by: string | null): Promise<Run> {
    const { db, snapshots, version } = this.options;
    const [started] = request.once ? await db.select().from(runs).where(eq(runs.id, request.once)) : [];
    if (started) return started.jobId ? runOf(started) : this.#queue(started.id, by);
    const { task, config, seed } = await this.check(request);
    const snapshot = await snapshots.latest(request.dataset);
    await checkData(task, config, snapshot.directory);
    const id = request.once ?? newId();
    await db.insert(runs).values({
      id,
      task: task.name,
      dataset: request.dataset,
      snapshot: snapshot.hash,
      config,
      seed: request.seed ?? seed ?? 1,
      codeVersion: version,
      primaryMetric: task.metric.name,
      promote: request.promote,
      createdBy: by,
      message: 'Waiting for its turn',
    });
    return this.#queue(id, by);
  }

  /**
   * The task and the complete config of a request, and the seed that was in it, before there is data to learn from.
   * @throws VitrineError `task.unknown` (404); ConfigError naming the key
   */
  async check(
    request: Pick<RunRequest, 'task' | 'config' | 'anyFile'>,
  ): Promise<{ task: Task; config: Record<string, unknown>; seed: number | undefined }> {
    const task = taskNamed(request.task);
    const { seed, settings } = withoutSeed(request.config);
    const config = completeConfig(task, settings);
    if (!request.anyFile) refusePaths(task, config);
    await locateFiles(task, config, this.options.weights);
    return { task, config, seed };
  }

  /** Goes on with a failed or cancelled run from its last checkpoint. @throws VitrineError `run.state` (409) */
  async resume(reference: string, by: string | null): Promise<Run> {
    const run = await findRun(this.options.db, reference);
    const change = { state: 'queued', error: null, finishedAt: null, message: 'Waiting for its turn' } as const;
    if (!(await changeRun(this.options.db, run.id, ['failed', 'cancelled'], change)))
      throw new VitrineError('run.state', 'Only a failed or cancelled run can be resumed.', 409);
    return this.#queue(run.id, by);
  }

  /** Cancels a waiting or running run; a finished one stays as it is. */
  async cancel(reference: string): Promise<Run> {
    const { db, jobs } = this.options;
    const run = await findRun(db, reference);
    if (run.jobId) await jobs.cancel(run.jobId);
    await changeRun(db, run.id, ['queued'], { state: 'cancelled', finishedAt: new Date(), message: 'Cancelled' });
    this.options.news.announce(run.id);
    return runOf(await findRun(db, run.id));
  }

  /** @throws VitrineError `run.state` (409) while it runs, `run.hasModel` (409) */
  async remove(reference: string): Promise<void> {
    const { db } = this.options;
    const run = await findRun(db, reference);
    if (run.state === 'queued' || run.state === 'running')
      throw new VitrineError('run.state', 'The run has not finished; cancel it first.', 409);
    if (run.modelId) throw new VitrineError('run.hasModel', 'The run has a model; delete the model first.', 409);
    await db.delete(runs).where(eq(runs.id, run.id));
    await this.#work.discard(run.id);
  }

  /** Runs whose job has ended without them (cancelled while queued, given up after many crashes) end too. */
  async reconcile(): Promise<void> {
    const { db, jobs } = this.options;
    for (const run of await db
      .select()
      .from(runs)
      .where(inArray(runs.state, ['queued', 'running']))) {
      // Another process may be about to queue it.
      if (!run.jobId && Date.now() - run.createdAt.getTime() < QUEUING_MS) continue;
      const job = run.jobId ? await jobs.get(run.jobId).catch(() => undefined) : undefined;
      if (job?.state === 'queued' || job?.state === 'running') continue;
      const lost = { code: 'run.lost', message: 'The run was interrupted; resume it.' };
      const cancelled = job?.state === 'cancelled';
      await this.#end(
        run.id,
        cancelled ? { state: 'cancelled', error: null } : { state: 'failed', error: job?.error ?? lost },
      );
    }
  }

  /** Ends a run that nobody works on. */
  async #end(id: string, { state, error }: Ending): Promise<void> {
    const { db, news } = this.options;
    const message = state === 'cancelled' ? { message: 'Cancelled' } : {};
    await changeRun(db, id, ['queued', 'running'], { state, error, finishedAt: new Date(), ...message });
    news.announce(id);
  }

  /** Removes what runs left on this machine that have ended elsewhere, or long ago. */
  async sweep(): Promise<void> {
    const { db, directory } = this.options;
    for (const id of await readdir(directory).catch(() => [])) {
      const [run] = await db
        .select({ state: runs.state, finishedAt: runs.finishedAt })
        .from(runs)
        .where(eq(runs.id, id));
      if (!run || run.state === 'succeeded' || !isResumable(run))
        await rm(join(directory, id), { recursive: true, force: true });
    }
  }

  async #queue(id: string, by: string | null): Promise<Run> {
    const { db } = this.options;
    const job = await this.#job.start({ runId: id }, by);
    await db.update(runs).set({ jobId: job.id }).where(eq(runs.id, id));
    return runOf(await findRun(db, id));
  }
}

/** Whether the task can learn from the data at all, before the run waits for its turn. */
async function checkData(task: Task, config: Record<string, unknown>, directory: string): Promise<void> {
  const snapshot = await openSnapshot(directory);
  try {
    await task.prepare(snapshot, config);
  } finally {
    await snapshot.close();
  }
}
