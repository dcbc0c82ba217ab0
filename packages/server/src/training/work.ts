import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { diskError, type EngineChoice, resumeOnceThereIsRoom, taskNamed, VitrineError } from '@vitrine/models';
import { eq } from 'drizzle-orm';
import type { Snapshots } from '../datasets/snapshots.js';
import type { Queries } from '../platform/database/database.js';
import { throughOutage } from '../platform/database/outage.js';
import { messageOf } from '../platform/database/query-fault.js';
import { storable } from '../platform/database/storable.js';
import { JobCancelled, type JobContext, JobInterrupted } from '../platform/jobs/job.js';
import type { News } from '../platform/news.js';
import type { ModelRow } from '../registry/model-store.js';
import type { Registry } from '../registry/registry.js';
import { beginPhase, endPhase } from '../runs/phases.js';
import { changeRun, findRun, type RunRow, storeEvents } from '../runs/store.js';
import { runLogs, runs } from '../runs/tables.js';
import { locateFiles } from './config-files.js';
import { type SharedCheckpoints, Sharing } from './shared-checkpoints.js';
import { superviseTraining } from './supervisor/supervise.js';

export interface TrainingWorkOptions {
  db: Queries;
  registry: Registry;
  snapshots: Snapshots;
  checkpoints: SharedCheckpoints;
  news: News;
  onFault(error: unknown): void;
  /** Runs' work directories lie in here. */
  directory: string;
  /** Files that configs name lie in here. */
  weights: string;
  engine: EngineChoice;
  trainerModule: URL;
}

/** How long a trainer may take to stop when the server closes, in milliseconds: it resumes from its checkpoint anyway. */
const CLOSING_MS = 1500;
/** How long a cancelled trainer may take to stop, in milliseconds. */
const CANCEL_MS = 10_000;

/** What the job of a run does: trains in a process of its own, registers the model, promotes it where that was asked. */
export class TrainingWork {
  constructor(private readonly options: TrainingWorkOptions) {}

  /**
   * Takes a run up, wherever an earlier attempt left it, and leaves it succeeded, failed or cancelled; one that is
   * interrupted stays for the next attempt.
   * @throws VitrineError why the training failed, after the run's record says so
   */
  async run({ input: { runId }, signal, progress }: JobContext<{ runId: string }>): Promise<{ runId: string }> {
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

  /** Removes what a run needed only to go on. */
  async discard(id: string): Promise<void> {
    await rm(this.#directoryOf(id), { recursive: true, force: true });
    await this.options.checkpoints.forget(id);
  }

  #directoryOf(id: string): string {
    return join(this.options.directory, id);
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
    // The model is kept by now, whatever becomes of its promotion.
    await this.discard(run.id);
    if (run.promote) {
      await beginPhase(db, run.id, 'promote');
      await endPhase(db, run.id, 'succeeded', await this.#promote(run, model));
    }
    await endPhase(db, run.id, 'succeeded');
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
    const { db, registry, snapshots, checkpoints, news, engine, trainerModule, weights, onFault } = this.options;
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
    if (engine.note) await this.#log(run.id, 'warn', engine.note);
    const supervised = superviseTraining(
      { ...order, seed: run.seed, engine: engine.work },
      {
        module: trainerModule,
        signal,
        graceMs: () => (signal.reason instanceof JobInterrupted ? CLOSING_MS : CANCEL_MS),
        write: async (events) => {
          // A database that restarts meanwhile must not cost the training.
          await throughOutage(() => storeEvents(db, run.id, events), { patienceMs: Number.POSITIVE_INFINITY, signal });
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

  /**
   * A gate that refuses is a result, not a failure: the run says so.
   * @returns why the model stays a candidate, if it does
   * @throws VitrineError why the model, which stays a candidate, can't go into production: it doesn't open, can't be measured
   */
  async #promote(run: RunRow, { id, task, version }: ModelRow): Promise<string | undefined> {
    try {
      await this.options.registry.promote(id, { by: run.createdBy });
      await this.#log(run.id, 'info', 'Promoted: this model is in production now.');
      return undefined;
    } catch (error) {
      if (!(error instanceof VitrineError)) throw error;
      if (error.code === 'model.gate' || error.code === 'model.overtaken') {
        await this.#log(run.id, 'warn', `Not promoted: ${error.message}`);
        return error.message;
      }
      const sentence = `The model is trained and kept as the candidate ${task}@${version}, but could not be promoted: ${error.message}`;
      throw new VitrineError(error.code, sentence, error.status, error.details, { cause: error });
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
