import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { diskError, openSnapshot, resumeOnceThereIsRoom, type Task, taskNamed, VitrineError } from '@vitrine/models';
import { eq, inArray } from 'drizzle-orm';
import { z } from 'zod';
import type { Snapshots } from '../datasets/snapshots.js';
import type { Queries } from '../platform/database/database.js';
import { throughOutage } from '../platform/database/outage.js';
import { messageOf } from '../platform/database/query-fault.js';
import { storable } from '../platform/database/storable.js';
import { newId } from '../platform/id.js';
import { JobCancelled, type JobContext, JobInterrupted } from '../platform/jobs/job.js';
import type { JobKind, Jobs } from '../platform/jobs/queue.js';
import type { News } from '../platform/news.js';
import type { ModelRow } from '../registry/model-store.js';
import type { Registry } from '../registry/registry.js';
import { beginPhase, endPhase } from '../runs/phases.js';
import { changeRun, findRun, type Run, type RunRow, runOf, storeEvents } from '../runs/store.js';
import { runLogs, runs } from '../runs/tables.js';
import { completeConfig } from './config.js';
import { locateFiles, refusePaths } from './config-files.js';
import { type SharedCheckpoints, Sharing } from './shared-checkpoints.js';
import { superviseTraining } from './supervisor/supervise.js';

export interface TrainingOptions {
  db: Queries;
  jobs: Jobs;
  registry: Registry;
  snapshots: Snapshots;
  checkpoints: SharedCheckpoints;
  news: News;
  onFault(error: unknown): void;
  /** Runs' work directories lie in here. */
  directory: string;
  /** Files that configs name lie in here. */
  weights: string;
  version: string;
  threads: number;
  trainerModule: URL;
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

/** How long a trainer may take to stop when the server closes, in milliseconds: it resumes from its checkpoint anyway. */
const CLOSING_MS = 1500;
/** How long a cancelled trainer may take to stop, in milliseconds. */
const CANCEL_MS = 10_000;

/** Longest time between a run's record and its job, in milliseconds. */
const QUEUING_MS = 60_000;

/** Trainings wait here for their turn, one at a time in each process. */
export const trainingQueue = 'training';

const input = z.object({ runId: z.string() });

/** Trainings: each a run with its record, worked on by a durable job, one at a time. */
export class Training {
  readonly #job: JobKind<z.infer<typeof input>>;

  constructor(private readonly options: TrainingOptions) {
    this.#job = options.jobs.define({
      kind: 'train',
      queue: trainingQueue,
      input,
      handler: (context) => this.#work(context),
    });
  }

  /**
   * Records a run and queues it.
   * @throws VitrineError `task.unknown` (404), `dataset.unknown` (404); ConfigError naming the key; DataError when the data
   *   can't be learnt from.
   */
  async start(request: RunRequest, by: string | null): Promise<Run> {
    const { db, snapshots, version } = this.options;
    const [started] = request.once ? await db.select().from(runs).where(eq(runs.id, request.once)) : [];
    if (started) return started.jobId ? runOf(started) : this.#queue(started.id, by);
    const { task, config } = await this.check(request);
    const snapshot = await snapshots.latest(request.dataset);
    await checkData(task, config, snapshot.directory);
    const id = request.once ?? newId();
    await db.insert(runs).values({
      id,
      task: task.name,
      dataset: request.dataset,
      snapshot: snapshot.hash,
      config,
      seed: request.seed ?? 1,
      codeVersion: version,
      primaryMetric: task.metric.name,
      promote: request.promote,
      createdBy: by,
      message: 'Waiting for its turn',
    });
    return this.#queue(id, by);
  }

  /**
   * The task and the complete config of a request, before there is data to learn from.
   * @throws VitrineError `task.unknown` (404); ConfigError naming the key
   */
  async check(
    request: Pick<RunRequest, 'task' | 'config' | 'anyFile'>,
  ): Promise<{ task: Task; config: Record<string, unknown> }> {
    const task = taskNamed(request.task);
    const config = completeConfig(task, request.config);
    if (!request.anyFile) refusePaths(task, config);
    await locateFiles(task, config, this.options.weights);
    return { task, config };
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
    await this.#discard(run.id);
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
      const error = job?.error ?? { code: 'run.lost', message: 'The run was interrupted; resume it.' };
      const cancelled = job?.state === 'cancelled';
      await changeRun(db, run.id, ['queued', 'running'], {
        state: cancelled ? 'cancelled' : 'failed',
        error: cancelled ? null : error,
        finishedAt: new Date(),
      });
    }
  }

  /** Removes what runs left on this machine that have ended elsewhere. */
  async sweep(): Promise<void> {
    const { db, directory } = this.options;
    for (const id of await readdir(directory).catch(() => [])) {
      const [run] = await db.select({ state: runs.state }).from(runs).where(eq(runs.id, id));
      if (!run || run.state === 'succeeded') await rm(join(directory, id), { recursive: true, force: true });
    }
  }

  async #queue(id: string, by: string | null): Promise<Run> {
    const { db } = this.options;
    const job = await this.#job.start({ runId: id }, by);
    await db.update(runs).set({ jobId: job.id }).where(eq(runs.id, id));
    return runOf(await findRun(db, id));
  }

  /** What a run needed only to go on. */
  async #discard(id: string): Promise<void> {
    await rm(this.#directoryOf(id), { recursive: true, force: true });
    await this.options.checkpoints.forget(id);
  }

  #directoryOf(id: string): string {
    return join(this.options.directory, id);
  }

  async #work({ input: { runId }, signal, progress }: JobContext<z.infer<typeof input>>): Promise<{ runId: string }> {
    const { db, news } = this.options;
    const begun = { state: 'running', startedAt: new Date(), message: 'Starting' } as const;
    if (!(await changeRun(db, runId, ['queued', 'running'], begun))) return { runId };
    await endPhase(db, runId, 'interrupted');
    const run = await findRun(db, runId);
    news.announce(runId);
    try {
      await this.#train(run, signal, (fraction, message) => progress({ fraction, message }));
    } catch (cause) {
      if (signal.reason instanceof JobInterrupted) throw cause;
      const error = diskError(cause, resumeOnceThereIsRoom);
      await this.#fail(run, error, signal.reason instanceof JobCancelled);
      throw error;
    } finally {
      news.announce(runId);
    }
    return { runId };
  }

  async #train(
    run: RunRow,
    signal: AbortSignal,
    onProgress: (fraction: number, message: string) => void,
  ): Promise<void> {
    const { db, registry } = this.options;
    const model = (await registry.modelOfRun(run.id)) ?? (await this.#learn(run, signal, onProgress));
    const { summary } = model;
    await db.update(runs).set({ metrics: summary.metrics, modelId: model.id }).where(eq(runs.id, run.id));
    if (run.promote) {
      await beginPhase(db, run.id, 'promote');
      await this.#promote(run, model.id);
    }
    await endPhase(db, run.id, 'succeeded');
    await this.#discard(run.id);
    await changeRun(db, run.id, ['running'], {
      state: 'succeeded',
      fraction: 1,
      secondsLeft: null,
      phase: 'done',
      message: summary.description,
      finishedAt: new Date(),
    });
  }

  /** The training itself, and its artifact registered. */
  async #learn(
    run: RunRow,
    signal: AbortSignal,
    onProgress: (fraction: number, message: string) => void,
  ): Promise<ModelRow> {
    const { db, registry, snapshots, checkpoints, news, threads, trainerModule, weights, onFault } = this.options;
    const snapshot = await snapshots.byHash(run.snapshot);
    if (!snapshot) throw new VitrineError('dataset.gone', 'The run’s data set was deleted; start a new run.', 409);
    const directory = join(this.#directoryOf(run.id), 'artifact');
    const workDir = join(this.#directoryOf(run.id), 'work');
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true });
    // Without what another worker shared, the run begins anew: slower, but as right.
    await checkpoints.restore(run.id, workDir).catch(onFault);
    const sharing = new Sharing(checkpoints, run.id, workDir, onFault);
    const order = {
      task: run.task,
      snapshotDir: snapshot.directory,
      config: await locateFiles(taskNamed(run.task), run.config, weights),
      workDir,
      artifactDir: directory,
    };
    const supervised = superviseTraining(
      { ...order, seed: run.seed, threads },
      {
        module: trainerModule,
        signal,
        graceMs: () => (signal.reason instanceof JobInterrupted ? CLOSING_MS : CANCEL_MS),
        write: async (events) => {
          // A database that restarts meanwhile must not cost the training.
          await throughOutage(() => storeEvents(db, run.id, events));
          const last = events.findLast((event) => event.type === 'progress');
          if (last) onProgress(last.fraction, last.message ?? `Run #${run.number}`);
          if (events.some((event) => event.type === 'checkpoint')) sharing.offer();
          news.announce(run.id);
        },
      },
    );
    const summary = await supervised
      .catch(async (error: unknown) => {
        // Whoever takes the run up next, wherever, goes on from here.
        await sharing.now();
        throw error;
      })
      .finally(() => sharing.settled());
    await beginPhase(db, run.id, 'register', 'Keeping the model');
    return registry.register(directory, summary, { runId: run.id, dataset: run.dataset }, { move: true });
  }

  /** A gate that refuses is a result, not a failure: the run says so. */
  async #promote(run: RunRow, modelId: string): Promise<void> {
    try {
      await this.options.registry.promote(modelId, { by: run.createdBy });
      await this.#log(run.id, 'info', 'Promoted: this model is in production now.');
    } catch (error) {
      if (!(error instanceof VitrineError)) throw error;
      await this.#log(run.id, 'warn', `Not promoted: ${error.message}`);
    }
  }

  async #fail(run: RunRow, error: unknown, cancelled: boolean): Promise<void> {
    const message = storable(messageOf(error));
    const code = error instanceof VitrineError ? error.code : 'run.failed';
    const output =
      error instanceof VitrineError ? (error.details as { output?: string } | undefined)?.output : undefined;
    if (output) await this.#log(run.id, 'warn', output);
    await endPhase(this.options.db, run.id, cancelled ? 'cancelled' : 'failed');
    await changeRun(this.options.db, run.id, ['queued', 'running'], {
      state: cancelled ? 'cancelled' : 'failed',
      error: cancelled ? null : { code, message },
      message: cancelled ? 'Cancelled' : message,
      secondsLeft: null,
      finishedAt: new Date(),
    });
  }

  async #log(runId: string, level: string, message: string): Promise<void> {
    await this.options.db.insert(runLogs).values({ runId, level, message: storable(message) });
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
