import { VitrineError } from '@vitrine/models';
import type { Queries } from '../platform/database/database.js';
import type { VectorEntry, VectorFilter, VectorHit, VectorIndex } from '../platform/vectors/vector-index.js';
import type { ModelRow } from '../registry/model-store.js';
import type { Calibration } from './calibration.js';
import { CategoryTree } from './category-tree.js';
import { ChangeLog, type Cursor } from './change-log.js';
import { type IndexedProduct, indexedProducts, PHOTOS_OF_PRODUCT } from './embeddings.js';
import type { Encoder } from './encoder.js';
import { PendingChanges } from './pending-changes.js';

/** Products read from the database at a time. */
const PAGE = 500;

/** A product that was found, by the photo that did it. */
export interface ProductHit {
  productId: string;
  /** Place of the photo among the product's. */
  place: number;
  score: number;
}

/** An encoder by what can be asked of it. */
export type LiveEncoder = Pick<Encoder, keyof Encoder>;

export interface LiveIndexParts {
  db: Queries;
  model: ModelRow;
  encoder: LiveEncoder;
  vectors: VectorIndex;
  calibration: Calibration;
  revision: number;
}

/**
 * One model's encoder with the index of what it made of the catalogue: whoever asks both asks one model. The index holds
 * every photo of the listed products, follows their changes, and is kept in a file for the next start.
 */
export class LiveIndex {
  #users = 0;
  #idle: (() => void) | undefined;
  #unsaved = 0;
  readonly #changes: PendingChanges;
  /** Products that were taken in and nobody was told of yet. */
  readonly #taken = new Set<string>();
  /** Whether `tree` is what all is filtered by: not certain of a file, nor once filtering anew has begun. */
  #isFiltered = false;

  private constructor(
    private readonly parts: LiveIndexParts,
    log: ChangeLog,
    private tree: CategoryTree,
  ) {
    this.#changes = new PendingChanges(log, {
      categories: () => this.#followTree(),
      products: (ids) => this.#put(ids),
    });
  }

  /** Takes up the index where its file left off; without a file that fits, builds it from the database. */
  static async open(parts: LiveIndexParts): Promise<LiveIndex> {
    const { db, model, vectors, revision } = parts;
    const stamp = stampOf(vectors.stamp);
    const isFit = stamp?.model === model.id && stamp.revision === revision;
    const since = isFit ? await ChangeLog.since(db, stamp.cursor) : undefined;
    // The tree is read after the log begins: what moves in between is told by the log.
    const index = new LiveIndex(parts, since ?? (await ChangeLog.fromNow(db)), await CategoryTree.read(db));
    if (since) {
      await index.#catchUp();
      return index;
    }
    await index.#fill();
    await index.save();
    return index;
  }

  get model(): ModelRow {
    return this.parts.model;
  }
  get encoder(): LiveEncoder {
    return this.parts.encoder;
  }
  get vectors(): Pick<VectorIndex, 'backend' | 'bytes' | 'dimension' | 'size'> {
    return this.parts.vectors;
  }
  get calibration(): Calibration {
    return this.parts.calibration;
  }
  set calibration(calibration: Calibration) {
    this.parts.calibration = calibration;
  }
  get revision(): number {
    return this.parts.revision;
  }

  /** Works with it, which keeps it open until the work is done. */
  async use<T>(work: (index: LiveIndex) => Promise<T>): Promise<T> {
    this.#users += 1;
    try {
      return await work(this);
    } finally {
      this.#users -= 1;
      if (!this.#users) this.#idle?.();
    }
  }

  /**
   * The products of the nearest photos, each once, by its nearest.
   * @param options.limit photos looked at
   * @returns also whether these are all there are
   */
  async search(
    vector: Float32Array,
    options: { limit: number; where?: VectorFilter },
  ): Promise<{ hits: ProductHit[]; isAll: boolean }> {
    const best = new Map<string, ProductHit>();
    const photos = await this.parts.vectors.search(vector, options);
    for (const photo of photos) {
      const found = productHit(photo);
      if (!best.has(found.productId)) best.set(found.productId, found);
    }
    return { hits: [...best.values()], isAll: photos.length < options.limit };
  }

  /**
   * Takes in what changed since the last look; what fails is taken in by the next one.
   * @returns the products that did, also those that a look took in before it failed
   */
  async sync(): Promise<string[]> {
    await this.#catchUp();
    const taken = [...this.#taken];
    this.#taken.clear();
    return taken;
  }

  /** Whether so much changed since it was saved that a start would take long to catch up. */
  get isUnsaved(): boolean {
    return this.#unsaved > 0;
  }

  /** Keeps it for the next start, unless a change is not taken in yet: the file kept before still asks for it. */
  async save(): Promise<void> {
    const { vectors, model, revision } = this.parts;
    const { cursor } = this.#changes;
    if (!cursor) return;
    const stamp: Stamp = { model: model.id, revision, cursor };
    this.#unsaved = 0;
    await vectors.save(JSON.stringify(stamp));
  }

  /** Ends it once nobody works with it any more. */
  async close(): Promise<void> {
    if (this.#users)
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    await this.parts.encoder.close();
    await this.parts.vectors.close();
  }

  async #catchUp(): Promise<void> {
    await this.#changes.take();
    this.#isFiltered = true;
  }

  async #put(ids: readonly string[]): Promise<void> {
    const { db, model, vectors } = this.parts;
    const found = await indexedProducts(db, model.id, { ids });
    const entries = found.flatMap((product) => this.#entriesOf(product));
    const there = new Set(entries.map(({ id }) => id));
    const gone = ids.flatMap((id) => places.map((place) => entryId(id, place))).filter((id) => !there.has(id));
    await vectors.remove(gone);
    await vectors.upsert(entries);
    this.#unsaved += ids.length;
    for (const id of ids) this.#taken.add(id);
  }

  async #fill(): Promise<void> {
    const { vectors } = this.parts;
    const before = new Set(await vectors.ids());
    for await (const page of this.#pages()) {
      const entries = page.flatMap((product) => this.#entriesOf(product));
      for (const { id } of entries) before.delete(id);
      await vectors.upsert(entries);
    }
    await vectors.remove([...before]);
    this.#isFiltered = true;
  }

  /** Where categories moved, what products are filtered by is another. */
  async #followTree(): Promise<void> {
    const tree = await CategoryTree.read(this.parts.db);
    if (!this.#isFiltered || tree.differsFrom(this.tree)) {
      this.#isFiltered = false;
      for await (const page of this.#pages()) {
        const entries = page.flatMap((product) => this.#entriesOf(product, tree));
        await this.parts.vectors.refilter(entries.map(({ id, filter = {} }) => ({ id, filter })));
      }
    }
    this.tree = tree;
    this.#isFiltered = true;
  }

  async *#pages(): AsyncGenerator<IndexedProduct[]> {
    const { db, model } = this.parts;
    for (let after = ''; ; ) {
      const page = await indexedProducts(db, model.id, { after, limit: PAGE });
      yield page;
      const last = page.at(-1);
      if (!last || page.length < PAGE) return;
      after = last.id;
    }
  }

  #entriesOf({ id, category, price, inStock, vectors }: IndexedProduct, tree = this.tree): VectorEntry[] {
    const filter = { categories: tree.path(category), price, inStock };
    return vectors.flatMap((vector, place) =>
      vector?.length === this.parts.vectors.dimension ? [{ id: entryId(id, place), vector, filter }] : [],
    );
  }
}

/** What an index's file says of the state it holds. */
interface Stamp {
  model: string;
  revision: number;
  cursor: Cursor;
}

function stampOf(text: string | undefined): Stamp | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Stamp);
  } catch {
    return undefined;
  }
}

const places = Array.from({ length: PHOTOS_OF_PRODUCT }, (_, place) => place);
const entryId = (productId: string, place: number) => `${productId}#${place}`;

function productHit({ id, score }: VectorHit): ProductHit {
  const at = id.lastIndexOf('#');
  if (at < 0) throw new VitrineError('vector.unknown', 'The index holds what is no photo of a product.', 500);
  return { productId: id.slice(0, at), place: Number(id.slice(at + 1)), score };
}
