import { setTimeout as sleep } from 'node:timers/promises';
import { VitrineError } from '@vitrine/models';
import { generateShop } from '@vitrine/sample-shop';
import { desc, eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Images } from '../catalogue/images.js';
import { categories, products } from '../catalogue/tables.js';
import type { SampleShopState } from '../platform/context.js';
import type { Queries } from '../platform/database/database.js';
import type { Job, JobContext } from '../platform/jobs/job.js';
import type { JobKind, Jobs } from '../platform/jobs/queue.js';
import { jobs as jobTable } from '../platform/jobs/tables.js';
import { models } from '../registry/tables.js';
import { findRun } from '../training/run-store.js';
import { runs } from '../training/tables.js';
import type { Training } from '../training/training.js';
import { importCategories, importProducts } from './import.js';

export interface SampleShopOptions {
  db: Queries;
  jobs: Jobs;
  images: Images;
  training: Training;
  /** Starts a job that makes a data set of the catalogue. */
  snapshotCatalogue(name: string): Promise<Job>;
  seed?: number;
  /** How many products. */
  size?: number;
}

const KIND = 'sample-shop';
const DATASET = 'sample-shop';
const LOOK_MS = 500;

const input = z.object({ seed: z.number(), size: z.number() });
type Input = z.infer<typeof input>;

/**
 * What a first start shows: a generated shop, a data set of it and a classifier trained on it, made in the background by an
 * ordinary job and an ordinary run.
 */
export class SampleShop {
  readonly #job: JobKind<Input>;

  constructor(private readonly options: SampleShopOptions) {
    this.#job = options.jobs.define({ kind: KIND, input, handler: (context) => this.#make(context) });
  }

  /** Begins when nobody has begun, and nothing is in the catalogue yet. */
  async begin(): Promise<void> {
    const { db, seed = 1, size = 480 } = this.options;
    for (const table of [products, categories]) if ((await db.select().from(table).limit(1)).length) return;
    const [before] = await db.select({ id: jobTable.id }).from(jobTable).where(eq(jobTable.kind, KIND)).limit(1);
    if (!before) await this.#job.start({ seed, size });
  }

  /** How far it is. */
  async state(): Promise<SampleShopState> {
    const { db } = this.options;
    const [job] = await db
      .select()
      .from(jobTable)
      .where(eq(jobTable.kind, KIND))
      .orderBy(desc(jobTable.createdAt))
      .limit(1);
    if (!job) return { state: 'absent', runId: null, message: '' };
    const [run] = await db.select().from(runs).where(eq(runs.dataset, DATASET)).orderBy(runs.number).limit(1);
    const runId = run?.id ?? null;
    if (job.state === 'succeeded') return { state: 'ready', runId, message: job.message };
    if (job.state === 'failed' || job.state === 'cancelled')
      return { state: 'failed', runId, message: job.error?.message ?? 'The sample shop was cancelled.' };
    return { state: run ? 'training' : 'preparing', runId, message: job.message };
  }

  async #make({ input: { seed, size }, step, progress, signal }: JobContext<Input>): Promise<{ runId: string | null }> {
    const { db, images } = this.options;
    progress({ fraction: 0, message: 'Preparing the sample shop' });
    await step('categories', () => importCategories(db));
    const { products: shop } = generateShop({ seed, products: size });
    await importProducts(db, images, shop, {
      signal,
      onListed: (listed) =>
        progress({ fraction: (0.4 * listed) / size, message: `Listing products: ${listed} of ${size}` }),
    });
    // Whoever has a model already keeps it.
    const [known] = await db.select({ id: models.id }).from(models).where(eq(models.task, 'classify')).limit(1);
    if (known) return { runId: null };
    const dataset = await step('data set', async () => (await this.options.snapshotCatalogue(DATASET)).id);
    progress({ fraction: 0.4, message: 'Making a data set of the shop' });
    await this.#jobDone(dataset, signal);
    const runId = await step('run', () => this.#train());
    await this.#runDone(runId, signal, (fraction) =>
      progress({ fraction: 0.45 + 0.55 * fraction, message: 'Training the classifier' }),
    );
    progress({ fraction: 1, message: 'The sample shop is ready' });
    return { runId };
  }

  async #train(): Promise<string> {
    const { db, training } = this.options;
    const [begun] = await db.select({ id: runs.id }).from(runs).where(eq(runs.dataset, DATASET)).limit(1);
    if (begun) return begun.id;
    const run = await training.start({ task: 'classify', dataset: DATASET, config: {}, promote: true }, null);
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
