import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Queries } from '../platform/database/database.js';
import type { Job, JobContext } from '../platform/jobs/job.js';
import type { JobKind, Jobs } from '../platform/jobs/queue.js';
import { jobs as jobTable } from '../platform/jobs/tables.js';
import { findModel, type ModelRow, productionModel } from '../registry/model-store.js';
import { embedPhotos, type Photos } from './embed-photos.js';
import { countPhotos, keepEmbeddings, missingPhotos } from './embeddings.js';
import type { Encoder } from './encoder.js';
import { measureCalibration } from './measure-calibration.js';
import { currentIndex, keepCalibration, makeCurrent, TASK } from './search-indexes.js';

const KIND = 'embed';
/** Photos embedded before they are written down: what a kill costs. */
const PAGE = 256;

/** How a job ended: what the model has seen of the catalogue, and whether searches are answered by it. */
export interface Embedded {
  embedded: number;
  failed: number;
  answers: boolean;
}

const input = z.object({ modelId: z.string() });
type Input = z.infer<typeof input>;

export interface EmbeddingJobOptions {
  db: Queries;
  jobs: Jobs;
  photos: Photos;
  /** An encoder that lets everything else go first. */
  openEncoder(model: ModelRow): Promise<Encoder>;
}

/**
 * Embeds what a model hasn't seen of the catalogue, measures what its scores mean, and lets it answer from then on. A job
 * that is killed goes on with what is still missing.
 */
export class EmbeddingJob {
  readonly #job: JobKind<Input>;

  constructor(private readonly options: EmbeddingJobOptions) {
    this.#job = options.jobs.define({ kind: KIND, input, attempts: 50, handler: (context) => this.#work(context) });
  }

  /** The job that embeds by a model, started unless one waits or runs. */
  async start(modelId: string, by: string | null = null): Promise<Job> {
    const open = await this.newest(modelId, ['queued', 'running']);
    return open ? this.options.jobs.get(open.id) : this.#job.start({ modelId }, by);
  }

  /** The last job by a model. */
  async newest(modelId: string, states?: ('queued' | 'running' | 'failed')[]): Promise<Job | undefined> {
    const { db, jobs } = this.options;
    const [row] = await db
      .select({ id: jobTable.id })
      .from(jobTable)
      .where(
        and(
          eq(jobTable.kind, KIND),
          sql`${jobTable.input} ->> 'modelId' = ${modelId}`,
          states && inArray(jobTable.state, states),
        ),
      )
      .orderBy(desc(jobTable.createdAt), desc(jobTable.id))
      .limit(1);
    return row && jobs.get(row.id);
  }

  async #work({ input: { modelId }, signal, progress }: JobContext<Input>): Promise<Embedded> {
    const { db } = this.options;
    const { photos, embedded: before, failed } = await countPhotos(db, modelId);
    let embedded = 0;
    const report = () =>
      progress({
        fraction: photos ? Math.min(1, (before + failed + embedded) / photos) : 1,
        message: `Embedding photos: ${Math.min(photos, before + failed + embedded)} of ${photos}`,
      });
    report();
    let encoder: Encoder | undefined;
    try {
      for (let from = ''; ; ) {
        signal.throwIfAborted();
        if (!(await this.#isWanted(modelId))) return this.#ended(modelId, false);
        const page = await missingPhotos(db, modelId, { from, limit: PAGE });
        if (!page.length) break;
        encoder ??= await this.options.openEncoder(await findModel(db, modelId));
        const made = await embedPhotos(encoder, this.options.photos, [...new Set(page.map(({ image }) => image))]);
        await keepEmbeddings(db, modelId, made);
        embedded += made.length;
        from = page.at(-1)?.productId ?? from;
        report();
      }
    } finally {
      await encoder?.close();
    }
    progress({ fraction: 1, message: 'Measuring what scores mean' });
    await keepCalibration(db, modelId, await measureCalibration(db, modelId, signal));
    return this.#ended(modelId, await makeCurrent(db, modelId));
  }

  async #ended(modelId: string, answers: boolean): Promise<Embedded> {
    const { embedded, failed } = await countPhotos(this.options.db, modelId);
    return { embedded, failed, answers };
  }

  /** Neither in production nor answering any more: nobody will ask for its vectors. */
  async #isWanted(modelId: string): Promise<boolean> {
    const { db } = this.options;
    if ((await productionModel(db, TASK))?.id === modelId) return true;
    return (await currentIndex(db))?.modelId === modelId;
  }
}
