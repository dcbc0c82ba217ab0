import type { Queries } from '../platform/database/database.js';
import { embedPhotos, type Photos } from './embed-photos.js';
import { keepEmbeddings, missingOf } from './embeddings.js';
import { GrowingPause } from './growing-pause.js';
import type { LiveIndex } from './live-index.js';

/** So many photos of changed products are embedded at once by the encoder that answers; more are a job's work. */
const FEW = 16;
/** Products looked over at a time. */
const PAGE = 1000;
/** What fails is tried again at the next look, then less often, in milliseconds. */
const PAUSE = { first: 300, longest: 30_000 };

export interface ChangedPhotosOptions {
  db: Queries;
  photos: Photos;
  /** Has a job embed what a model has not seen. */
  startJob(modelId: string): Promise<void>;
}

/** Products that changed, until the model that answers has seen their photos or a job is told to show them to it. */
export class ChangedPhotos {
  readonly #products = new Set<string>();
  readonly #pause = new GrowingPause(PAUSE);
  #page = PAGE;

  constructor(private readonly options: ChangedPhotosOptions) {}

  add(products: readonly string[]): void {
    for (const id of products) this.#products.add(id);
  }

  /**
   * Embeds the photos of the next changed products where they are few; what fails stays for another time.
   * @returns whether it did
   */
  async embed(live: LiveIndex): Promise<boolean> {
    if (!this.#products.size || !this.#pause.isOver) return false;
    const page = [...this.#products].slice(0, this.#page);
    for (const id of page) this.#products.delete(id);
    try {
      const isDone = await this.#embed(live, page);
      this.#pause.reset();
      this.#page = Math.min(PAGE, this.#page * 2);
      return isDone;
    } catch (error) {
      // Behind the others and fewer at once, so that one photo that always fails holds up no other for long.
      this.add(page);
      this.#page = Math.max(1, Math.floor(this.#page / 2));
      this.#pause.begin();
      throw error;
    }
  }

  async #embed(live: LiveIndex, products: readonly string[]): Promise<boolean> {
    const { db, photos, startJob } = this.options;
    const { id } = live.model;
    const missing = await missingOf(db, id, products, FEW + 1);
    if (!missing.length) return false;
    if (missing.length > FEW) {
      await startJob(id);
      return false;
    }
    await keepEmbeddings(db, id, await embedPhotos(live.encoder, photos, missing));
    return true;
  }
}
