import { createHash } from 'node:crypto';
import { imageFile, openSnapshot, type Snapshot, type SnapshotRow, VitrineError } from '@vitrine/models';
import { z } from 'zod';
import type { Images } from '../catalogue/images.js';
import { forgetDeleted } from '../catalogue/listing.js';
import { putProducts, type SourcedProduct } from '../catalogue/put-products.js';
import { categories } from '../catalogue/tables.js';
import type { Queries } from '../platform/database/database.js';
import { rowChunks } from '../platform/database/row-chunks.js';
import type { Job, JobContext } from '../platform/jobs/job.js';
import type { JobKind, Jobs } from '../platform/jobs/queue.js';
import type { Datasets } from './service.js';

const input = z.object({ dataset: z.string() });
type Input = z.infer<typeof input>;

interface Published {
  products: number;
  /** Whose photo can't be read: they are listed without one. */
  withoutPhoto: number;
}

/** Rows listed before that is written down: what a kill costs. */
const BATCH = 128;
const TITLE_LENGTH = 1000;
const DESCRIPTION_LENGTH = 100_000;

/** Lists the rows of data sets as products of the shop. */
export class Publishing {
  readonly #job: JobKind<Input>;

  constructor(
    private readonly db: Queries,
    jobs: Jobs,
    private readonly images: Images,
    private readonly datasets: Datasets,
  ) {
    this.#job = jobs.define({ kind: 'dataset.publish', input, handler: (context) => this.#publish(context) });
  }

  /** Starts it; rows that are listed already are brought up to date. @throws VitrineError `dataset.unknown` (404), `dataset.empty` */
  async start(dataset: string, userId: string | null): Promise<Job> {
    await this.datasets.newest(dataset);
    return this.#job.start({ dataset }, userId);
  }

  async #publish({ input: { dataset }, signal, progress, step }: JobContext<Input>): Promise<Published> {
    const { directory, manifest } = await this.datasets.newest(dataset);
    await this.#putCategories(manifest.classes);
    const snapshot = await openSnapshot(directory);
    const published: Published = { products: 0, withoutPhoto: 0 };
    try {
      for await (const rows of batches(snapshot.rows())) {
        signal.throwIfAborted();
        const name = `${manifest.hash} from ${published.products}`;
        published.withoutPhoto += await step(name, () => this.#put(dataset, snapshot, rows));
        published.products += rows.length;
        progress({
          fraction: published.products / manifest.rows,
          message: `${published.products} of ${manifest.rows} products are listed`,
        });
      }
    } finally {
      await snapshot.close();
    }
    return published;
  }

  /** @returns how many have no photo though their row has one */
  async #put(dataset: string, snapshot: Snapshot, rows: readonly SnapshotRow[]): Promise<number> {
    const photos = await Promise.all(rows.map((row) => this.#photoOf(snapshot, row)));
    await this.images.note(photos.filter((photo) => photo !== undefined));
    const products = rows.map((row, index) => productOf(dataset, row, photos[index]?.hash));
    await this.db.transaction(async (transaction) => {
      const tx = transaction as Queries;
      // A person asks for them, whatever people deleted long ago.
      await forgetDeleted(
        tx,
        products.map(({ id }) => id),
      );
      await putProducts(tx, products);
    });
    return rows.filter(({ image }, index) => image && !photos[index]).length;
  }

  async #photoOf(snapshot: Snapshot, { image }: SnapshotRow) {
    if (!image) return undefined;
    try {
      return await this.images.keep(await imageFile(image, await snapshot.image(image)));
    } catch (error) {
      if (error instanceof VitrineError && error.code.startsWith('input.')) return undefined;
      throw error;
    }
  }

  async #putCategories(classes: readonly { code: string; name: string; parent?: string | undefined }[]): Promise<void> {
    const known = new Set(classes.map(({ code }) => code));
    const rows = classes.map(({ code, name, parent }, position) => {
      const isKnown = parent !== undefined && known.has(parent);
      return { code, name, position, parent: isKnown ? parent : null };
    });
    // Parents come before their children.
    const ordered = [...rows.filter(({ parent }) => !parent), ...rows.filter(({ parent }) => parent)];
    for (const rows of rowChunks(ordered)) await this.db.insert(categories).values(rows).onConflictDoNothing();
  }
}

function productOf(dataset: string, row: SnapshotRow, photo: string | undefined): SourcedProduct {
  const { id, title, description = '', label = null, offer = {} } = row;
  return {
    // The same at every time, and short enough for an address, whatever the rows' ids are.
    id: `${dataset.slice(0, 40)}-${createHash('sha256').update(`${dataset}\n${id}`).digest('hex').slice(0, 20)}`,
    sku: id.slice(0, 200),
    title: (title?.trim() || id).slice(0, TITLE_LENGTH),
    description: description.slice(0, DESCRIPTION_LENGTH),
    category: label,
    ...{ price: offer.price ?? null, currency: offer.currency ?? null, stock: offer.stock ?? null },
    ...{ brand: offer.brand ?? null, colour: offer.colour ?? null, attributes: {} },
    images: photo === undefined ? [] : [photo],
  };
}

async function* batches(rows: AsyncIterable<SnapshotRow>): AsyncGenerator<SnapshotRow[]> {
  let batch: SnapshotRow[] = [];
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length) yield batch;
}
