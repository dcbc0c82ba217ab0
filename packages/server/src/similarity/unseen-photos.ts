import type { Queries } from '../platform/database/database.js';
import type { EmbeddingJob } from './embedding-job.js';
import { missingPhotos } from './embeddings.js';
import { GrowingPause } from './growing-pause.js';
import { isComplete } from './search-indexes.js';

/** How long until a model is looked over again, in milliseconds: longer after each job that left something. */
const PAUSE = { first: 60_000, longest: 30 * 60_000 };

export interface UnseenPhotosOptions {
  db: Queries;
  embedding: Pick<EmbeddingJob, 'start' | 'newest'>;
}

/** A model that may have missed photos. */
interface Doubtful {
  pause: GrowingPause;
  /** The job that is to show them to it. */
  jobId?: string;
}

/**
 * Has jobs embed what models have not seen, and looks again until nothing is missing: a job may fail for good, and one that
 * runs passes over what is listed behind it.
 */
export class UnseenPhotos {
  readonly #doubtful = new Map<string, Doubtful>();
  #production: string | undefined;

  constructor(private readonly options: UnseenPhotosOptions) {}

  /** Has a job embed what a model has not seen; looked after from then on. */
  async start(modelId: string): Promise<void> {
    const model = this.#doubt(modelId);
    const { id } = await this.options.embedding.start(modelId);
    if (model.jobId !== id) model.pause.begin();
    model.jobId = id;
  }

  /** Looks over the models it is time for: that in production when it is another one, and those that were left with gaps. */
  async look(production: string | undefined, answering: string | undefined): Promise<void> {
    if (production !== this.#production && production) this.#doubt(production);
    this.#production = production;
    for (const [modelId, model] of this.#doubtful) {
      const isWanted = modelId === production || modelId === answering;
      if (!isWanted || (model.pause.isOver && (await this.#isSettled(modelId, model)))) this.#doubtful.delete(modelId);
    }
  }

  #doubt(modelId: string): Doubtful {
    const model = this.#doubtful.get(modelId) ?? { pause: new GrowingPause(PAUSE) };
    this.#doubtful.set(modelId, model);
    return model;
  }

  /** Whether nothing is left to do for a model; where something is, a job does it. */
  async #isSettled(modelId: string, model: Doubtful): Promise<boolean> {
    const { db, embedding } = this.options;
    const newest = await embedding.newest(modelId);
    // A person who cancels it doesn't want it back a minute later.
    if (newest?.state === 'cancelled' && newest.id === model.jobId) return true;
    if (newest?.state === 'queued' || newest?.state === 'running') {
      model.jobId = newest.id;
      model.pause.hold();
      return false;
    }
    const [missing] = await missingPhotos(db, modelId, { limit: 1 });
    if (!missing && (await isComplete(db, modelId))) return true;
    await this.start(modelId);
    return false;
  }
}
