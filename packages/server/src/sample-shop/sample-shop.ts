import { setTimeout as sleep } from 'node:timers/promises';
import { VitrineError } from '@vitrine/models';
import { and, desc, eq, isNull, notInArray, or } from 'drizzle-orm';
import { z } from 'zod';
import type { Images } from '../catalogue/images.js';
import { categories, products } from '../catalogue/tables.js';
import type { Queries } from '../platform/database/database.js';
import type { Job, JobContext } from '../platform/jobs/job.js';
import type { JobKind, Jobs } from '../platform/jobs/queue.js';
import { jobs as jobTable } from '../platform/jobs/tables.js';
import { models } from '../registry/tables.js';
import { findRun } from '../runs/store.js';
import { runs } from '../runs/tables.js';
import type { Training } from '../training/training.js';

export interface SampleShopOptions {
  db: Queries;
  jobs: Jobs;
  images: Images;
  training: Training;
  /** Starts a job that makes a data set of the catalogue. */
  snapshotCatalogue(name: string): Promise<Job>;
  /** What is asked for, where it is not the usual. */
  order?: Partial<SampleShopOrder> | undefined;
}

export interface SampleShopState {
  /** `training`: the classifier; `similar`: it is ready, and what looks alike is being learnt. */
  state: 'absent' | 'preparing' | 'training' | 'similar' | 'ready' | 'failed';
  runId: string | null;
  message: string;
  /** Of what is under way by the state, 0 … 1; null while unknown. */
  fraction: number | null;
  /** Until that is done. */
  secondsLeft: number | null;
}

const KIND = 'sample-shop';
const FIRST_JOB = 'sample-shop';
const DATASET = 'sample-shop';
const LOOK_MS = 500;
/** Shares of the whole: the products listed, then the data set made, then the classifier trained. */
const LISTED = 0.25;
const COLLECTED = 0.3;
const CLASSIFIED = 0.65;

const input = z.object({
  seed: z.number().default(1),
  /** How many products. */
  size: z.number().default(720),
  /** Of the classifier's training, as long as it learns something of so few photos. */
  config: z.record(z.string(), z.unknown()).default({ 'image.epochs': 15 }),
  /** Of the training that learns what looks alike, short enough for a first start; null: none. */
  similar: z.record(z.string(), z.unknown()).nullable().default({ epochs: 12 }),
});
export type SampleShopOrder = z.infer<typeof input>;

/**
 * What a first start shows: a generated shop, a data set of it, a classifier trained on it and then a model of what looks
 * alike, made in the background by an ordinary job and ordinary runs.
 */
export class SampleShop {
  readonly #job: JobKind<SampleShopOrder>;

  constructor(private readonly options: SampleShopOptions) {
    this.#job = options.jobs.define({ kind: KIND, input, handler: (context) => this.#make(context) });
  }

  /** Begins when nobody has begun, and nothing is in the catalogue yet. */
  async begin(): Promise<void> {
    const { db, order = {} } = this.options;
    for (const table of [products, categories]) if ((await db.select().from(table).limit(1)).length) return;
    // Servers that start together on one database find nothing there at the same moment: one of them begins.
    if (!(await this.#newestJob())) await this.#job.startOnce(FIRST_JOB, input.parse(order));
  }

  /**
   * Begins again what failed or was cancelled; what is there already stays.
   * @throws VitrineError `sampleShop.absent`, `sampleShop.underWay`, `sampleShop.ready` (409)
   */
  async retry(userId: string | null): Promise<SampleShopState> {
    const job = await this.#newestJob();
    const refuse = (code: string, message: string) => new VitrineError(`sampleShop.${code}`, message, 409);
    if (!job) throw refuse('absent', 'This server was started without a sample shop.');
    if (job.state === 'succeeded') throw refuse('ready', 'The sample shop is ready.');
    if (job.state === 'queued' || job.state === 'running') throw refuse('underWay', 'The sample shop is on its way.');
    await this.#job.start(input.parse(job.input), userId);
    return this.state();
  }

  /** How far it is. */
  async state(): Promise<SampleShopState> {
    const job = await this.#newestJob();
    const still = { fraction: null, secondsLeft: null };
    if (!job) return { state: 'absent', runId: null, message: '', ...still };
    const { message } = job;
    const similar = await this.#newestRun('similar');
    const run = await this.#newestRun('classify');
    const runId = run?.id ?? null;
    if (job.state === 'succeeded') return { state: 'ready', runId, message, ...still };
    if (job.state === 'failed' || job.state === 'cancelled')
      return { state: 'failed', runId, message: job.error?.message ?? 'The sample shop was cancelled.', ...still };
    if (similar && isOpen(similar)) return { state: 'similar', message, ...standingOf(similar) };
    if (run && isOpen(run)) return { state: 'training', message, ...standingOf(run) };
    return { state: 'preparing', runId, message, ...listingOf(job) };
  }

  async #newestJob() {
    const { db } = this.options;
    const ofKind = eq(jobTable.kind, KIND);
    const [job] = await db.select().from(jobTable).where(ofKind).orderBy(desc(jobTable.createdAt)).limit(1);
    return job;
  }

  async #newestRun(task: string) {
    const { db } = this.options;
    const isOurs = and(eq(runs.dataset, DATASET), eq(runs.task, task));
    const [run] = await db.select().from(runs).where(isOurs).orderBy(desc(runs.number)).limit(1);
    return run;
  }

  async #make({
    input: { seed, size, config, similar },
    step,
    progress,
    signal,
  }: JobContext<SampleShopOrder>): Promise<{ runId: string | null }> {
    const { db, images } = this.options;
    progress({ fraction: 0, message: 'Preparing the sample shop' });
    // Loaded when it is made, which is once.
    const [{ generateProducts }, { importCategories, importProducts }] = await Promise.all([
      import('@vitrine/sample-shop'),
      import('./import.js'),
    ]);
    await step('categories', () => importCategories(db));
    const shop = generateProducts(seed, size);
    await importProducts(db, images, shop, {
      signal,
      onListed: (listed) =>
        progress({ fraction: (LISTED * listed) / size, message: `Listing products: ${listed} of ${size}` }),
    });
    if (await this.#hasOtherModel()) {
      progress({ fraction: 1, message: 'The sample shop is ready' });
      return { runId: null };
    }
    const dataset = await step('data set', async () => (await this.options.snapshotCatalogue(DATASET)).id);
    progress({ fraction: LISTED, message: 'Making a data set of the shop' });
    await this.#jobDone(dataset, signal);
    const runId = await step('run', () => this.#train('classify', config));
    await this.#runDone(runId, signal, (fraction) =>
      progress({
        fraction: COLLECTED + (CLASSIFIED - COLLECTED) * fraction,
        message: 'Training the classifier',
      }),
    );
    const problem = similar && (await this.#learnLooks(similar, { step, progress, signal }));
    progress({ fraction: 1, message: problem ?? 'The sample shop is ready' });
    return { runId };
  }

  /** The shop is one without it, too. @returns why what looks alike can't be learnt, if it can't */
  async #learnLooks(
    config: Record<string, unknown>,
    { step, progress, signal }: Pick<JobContext<SampleShopOrder>, 'step' | 'progress' | 'signal'>,
  ): Promise<string | null> {
    try {
      const runId = await step('similar run', () => this.#train('similar', config));
      await this.#runDone(runId, signal, (fraction) =>
        progress({ fraction: CLASSIFIED + (1 - CLASSIFIED) * fraction, message: 'Learning what looks alike' }),
      );
      const isPromoted = and(eq(models.runId, runId), eq(models.stage, 'production'));
      const [promoted] = await this.options.db.select({ id: models.id }).from(models).where(isPromoted);
      return promoted ? null : 'The sample shop is ready; its model of what looks alike did not prove good enough';
    } catch (error) {
      if (signal.aborted || !(error instanceof VitrineError)) throw error;
      return `The sample shop is ready, without what looks alike: ${error.message}`;
    }
  }

  /** Whoever has a classifier already keeps it. */
  async #hasOtherModel(): Promise<boolean> {
    const { db } = this.options;
    const ours = db.select({ id: runs.id }).from(runs).where(eq(runs.dataset, DATASET));
    const isOther = or(isNull(models.runId), notInArray(models.runId, ours));
    const [known] = await db
      .select({ id: models.id })
      .from(models)
      .where(and(eq(models.task, 'classify'), isOther))
      .limit(1);
    return known !== undefined;
  }

  async #train(task: string, config: Record<string, unknown>): Promise<string> {
    const begun = await this.#newestRun(task);
    if (begun && isOpen(begun)) return begun.id;
    const run = await this.options.training.start({ task, dataset: DATASET, config, promote: true }, null);
    return run.id;
  }

  async #jobDone(id: string, signal: AbortSignal): Promise<void> {
    for (;;) {
      const job = await this.options.jobs.get(id);
      if (job.state === 'succeeded') return;
      if (job.state === 'failed' || job.state === 'cancelled')
        throw new VitrineError('sampleShop.dataset', job.error?.message ?? 'The data set was cancelled.', 409);
      await sleep(LOOK_MS, undefined, { signal });
    }
  }

  async #runDone(id: string, signal: AbortSignal, onProgress: (fraction: number) => void): Promise<void> {
    for (;;) {
      const run = await findRun(this.options.db, id);
      if (run.state === 'succeeded') return;
      if (run.state === 'failed' || run.state === 'cancelled')
        throw new VitrineError('sampleShop.run', run.error?.message ?? 'The training was cancelled.', 409);
      onProgress(run.fraction);
      await sleep(LOOK_MS, undefined, { signal });
    }
  }
}

type Standing = Pick<SampleShopState, 'runId' | 'fraction' | 'secondsLeft'>;

function standingOf({ id, fraction, secondsLeft }: typeof runs.$inferSelect): Standing {
  return { runId: id, fraction, secondsLeft };
}

/** How far the listing is, of which the job knows how far the whole is. */
function listingOf({ fraction, secondsLeft }: typeof jobTable.$inferSelect): Omit<Standing, 'runId'> {
  if (fraction === null || fraction >= LISTED) return { fraction: null, secondsLeft: null };
  const left = secondsLeft === null ? null : (secondsLeft * (LISTED - fraction)) / (1 - fraction);
  return { fraction: fraction / LISTED, secondsLeft: left };
}

/** Whether a run is still to be waited for, or well done. */
function isOpen({ state }: { state: string }): boolean {
  return state !== 'failed' && state !== 'cancelled';
}
