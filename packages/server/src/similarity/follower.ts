import { VitrineError } from '@vitrine/models';
import type { Queries } from '../platform/database/database.js';
import { productionModel } from '../registry/model-store.js';
import { noModel } from '../serving/served-models.js';
import { uncalibrated } from './calibration.js';
import { ChangedPhotos } from './changed-photos.js';
import type { Photos } from './embed-photos.js';
import type { EmbeddingJob } from './embedding-job.js';
import type { LiveIndex } from './live-index.js';
import { currentIndex, isComplete, makeCurrent, type SearchIndex, TASK } from './search-indexes.js';
import { UnseenPhotos } from './unseen-photos.js';

export interface FollowerOptions {
  db: Queries;
  photos: Photos;
  embedding: Pick<EmbeddingJob, 'start' | 'newest'>;
  openIndex(current: SearchIndex): Promise<LiveIndex>;
  onError(error: unknown): void;
}

/** How often it looks what changed, in milliseconds: what is embedded is found within a second. */
const LOOK_MS = 400;
/** How often the index is kept for the next start while products change, in milliseconds. */
const SAVE_MS = 300_000;
/** An index that can't be opened is tried again after so long, in milliseconds. */
const RETRY_MS = 30_000;

/**
 * Keeps this server's index what the database says it should be: the model that answers, the products that changed. While
 * another model's index is opened, the one before answers.
 */
export class Follower {
  #live: LiveIndex | undefined;
  #opening: Promise<void> | undefined;
  /** The state of the index's record in the database that is taken in, by its time. */
  #seen = 0;
  #retryAt = 0;
  #savedAt = Date.now();
  readonly #unseen: UnseenPhotos;
  readonly #changed: ChangedPhotos;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #isWatching = false;
  #closed = false;
  /** Why the index can't be opened. */
  problem: VitrineError | undefined;

  constructor(private readonly options: FollowerOptions) {
    const { db, photos, embedding } = options;
    this.#unseen = new UnseenPhotos({ db, embedding });
    this.#changed = new ChangedPhotos({ db, photos, startJob: (modelId) => this.#unseen.start(modelId) });
  }

  get index(): LiveIndex | undefined {
    return this.#live;
  }

  /** Whether this server answers by what it should, with all that was there then; where it answers nothing, always. */
  isUpToDate(current: SearchIndex): boolean {
    return !this.#isWatching || (this.#isOpen(current) && this.#seen >= current.updatedAt.getTime());
  }

  /** Looks again and again; resolves when what answers searches is open, or can't be opened. */
  async watch(): Promise<void> {
    this.#isWatching = true;
    await this.look();
    await this.#opening;
    this.#again();
  }

  /** Works with what answers searches now. @throws VitrineError `model.none` (409), `index.opening` (503) */
  async use<T>(work: (index: LiveIndex) => Promise<T>): Promise<T> {
    if (this.#live) return this.#live.use(work);
    if (this.problem) throw this.problem;
    if (!(await productionModel(this.options.db, TASK))) throw noModel(TASK);
    throw new VitrineError('index.opening', 'The index of photos is being opened; try again in a few seconds.', 503, {
      retryAfterSeconds: 2,
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#looking;
    await this.#opening;
    if (this.#live?.isUnsaved) await this.#live.save().catch(this.options.onError);
    await this.#live?.close();
    this.#live = undefined;
  }

  /** One look; what fails is tried again at the next one. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look()).catch(this.options.onError);
    return this.#looking;
  }

  #again(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.look().finally(() => this.#again()), LOOK_MS);
  }

  async #look(): Promise<void> {
    const { db } = this.options;
    const production = await productionModel(db, TASK);
    let current = await currentIndex(db);
    if (production && production.id !== current?.modelId && (!current || (await isComplete(db, production.id)))) {
      // The first one answers with what it has seen so far; one that has seen all before, at once.
      await makeCurrent(db, production.id);
      current = await currentIndex(db);
    }
    if (current) this.#follow(current);
    await this.#sync();
    if (current && this.#isOpen(current)) this.#seen = current.updatedAt.getTime();
    await this.#unseen.look(production?.id, this.#live?.model.id);
  }

  #isOpen({ modelId, revision }: SearchIndex): boolean {
    return this.#live?.model.id === modelId && this.#live.revision === revision;
  }

  #follow(current: SearchIndex): void {
    if (this.#live && this.#isOpen(current)) this.#live.calibration = current.calibration ?? uncalibrated;
    else if (!this.#opening && Date.now() > this.#retryAt)
      this.#opening = this.#open(current).finally(() => {
        this.#opening = undefined;
      });
  }

  async #open(current: SearchIndex): Promise<void> {
    try {
      const index = await this.options.openIndex(current);
      const before = this.#live;
      this.#live = index;
      this.#seen = current.updatedAt.getTime();
      this.problem = undefined;
      await before?.close();
    } catch (error) {
      this.#retryAt = Date.now() + RETRY_MS;
      this.problem = error instanceof VitrineError ? error : unopened(error);
      this.options.onError(error);
    }
  }

  async #sync(): Promise<void> {
    const live = this.#live;
    if (!live) return;
    this.#changed.add(await live.sync());
    // A photo that can't be embedded now keeps nothing else from being followed.
    const isMore = await this.#changed.embed(live).catch(this.options.onError);
    if (isMore) this.#changed.add(await live.sync());
    if (live.isUnsaved && Date.now() - this.#savedAt > SAVE_MS) {
      this.#savedAt = Date.now();
      await live.save();
    }
  }
}

function unopened(cause: unknown): VitrineError {
  const sentence = 'The index of photos can’t be opened; the server’s log says why. It is tried again.';
  return new VitrineError('index.failed', sentence, 503, undefined, { cause });
}
