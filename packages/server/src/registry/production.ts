import { eq } from 'drizzle-orm';
import type { BlobStore } from '../platform/blobs/blob-store.js';
import type { Queries } from '../platform/database/database.js';
import type { ServedModels } from '../serving/served-models.js';
import { type ModelRow, productionModel } from './model-store.js';
import { models } from './tables.js';

export interface ProductionOptions {
  db: Queries;
  blobs: BlobStore;
  served: ServedModels;
  /** The artifact's directory on this machine, checked. */
  locate(row: ModelRow): Promise<string>;
  onError(model: ModelRow, error: unknown): void;
}

/** How often this process looks whether another one has promoted a model, in milliseconds. */
const LOOK_MS = 1000;
/** A model that can't be opened is tried again after so long, in milliseconds. */
const RETRY_MS = 30_000;
/** A machine's copies of artifacts are kept while they are opened now and then: this often, in milliseconds. */
const KEEP_MS = 6 * 3_600_000;

/** Keeps open what is in production, whichever process on the database promotes it. */
export class Production {
  readonly #retryAt = new Map<string, number>();
  #keptAt = Date.now();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(private readonly options: ProductionOptions) {}

  /** Opens what is in production, then looks again and again. Resolves after the first look. */
  async watch(lookMs = LOOK_MS): Promise<void> {
    await this.look();
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#looking = this.watch(lookMs).catch(() => undefined);
    }, lookMs);
  }

  /** One look; a model that can't be opened doesn't keep the others from it. */
  async look(): Promise<void> {
    const { db, served, onError } = this.options;
    // A database that doesn't answer now does so later; what is served stays.
    const rows = await db
      .select()
      .from(models)
      .where(eq(models.stage, 'production'))
      .catch(() => []);
    for (const row of rows) {
      if (!served.holds(row.task)) continue;
      if (this.#closed || served.current(row.task)?.id === row.id || (this.#retryAt.get(row.id) ?? 0) > Date.now())
        continue;
      try {
        await served.follow(row.task, () => this.#wanted(row.task));
      } catch (error) {
        this.#retryAt.set(row.id, Date.now() + RETRY_MS);
        served.failed(row, error);
        onError(row, error);
      }
    }
    await this.#keep(rows);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  async #wanted(task: string) {
    const model = await productionModel(this.options.db, task);
    return model && { model, directory: await this.options.locate(model) };
  }

  async #keep(rows: ModelRow[]): Promise<void> {
    if (Date.now() - this.#keptAt < KEEP_MS) return;
    this.#keptAt = Date.now();
    for (const { artifact } of rows) await this.options.blobs.openDirectory(artifact).catch(() => undefined);
  }
}
