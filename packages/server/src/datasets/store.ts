import { type Manifest, VitrineError } from '@vitrine/models';
import { and, count, desc, eq, inArray, max } from 'drizzle-orm';
import type { Queries } from '../platform/database/database.js';
import { datasets, snapshots } from './tables.js';

export type DatasetRow = typeof datasets.$inferSelect;

/** A data set with its newest snapshot, if it has one. */
export interface StoredDataset extends DatasetRow {
  snapshots: number;
  newest: { hash: string; manifest: Manifest; bytes: number } | undefined;
}

/** Data sets and snapshots in the database. */
export class DatasetStore {
  constructor(private readonly db: Queries) {}

  async list(): Promise<StoredDataset[]> {
    const rows = await this.db.select().from(datasets).orderBy(desc(datasets.updatedAt), datasets.name);
    return Promise.all(rows.map((row) => this.#withSnapshot(row)));
  }

  /** @throws VitrineError `dataset.unknown` (404) */
  async get(name: string): Promise<StoredDataset> {
    const row = await this.find(name);
    if (!row) throw new VitrineError('dataset.unknown', `There is no data set "${name}"; import it first.`, 404);
    return this.#withSnapshot(row);
  }

  async find(name: string): Promise<DatasetRow | undefined> {
    const [row] = await this.db.select().from(datasets).where(eq(datasets.name, name));
    return row;
  }

  /** Creates the data set unless it exists; its imports are then noted with `noteJob`. */
  async ensure(name: string, format: string): Promise<void> {
    const set = { format, updatedAt: new Date() };
    await this.db.insert(datasets).values({ name, format }).onConflictDoUpdate({ target: datasets.name, set });
  }

  async noteJob(name: string, jobId: string): Promise<void> {
    await this.db.update(datasets).set({ jobId }).where(eq(datasets.name, name));
  }

  /** Adds a snapshot, or makes it the newest again. @returns false when the data set was deleted meanwhile */
  async addSnapshot(dataset: string, manifest: Manifest, bytes: number): Promise<boolean> {
    return await this.db.transaction(async (tx) => {
      const [known] = await tx
        .select({ name: datasets.name })
        .from(datasets)
        .where(eq(datasets.name, dataset))
        .for('update');
      if (!known) return false;
      const [last] = await tx
        .select({ position: max(snapshots.position) })
        .from(snapshots)
        .where(eq(snapshots.dataset, dataset));
      const position = (last?.position ?? 0) + 1;
      await tx
        .insert(snapshots)
        .values({ dataset, hash: manifest.hash, manifest, bytes, position })
        .onConflictDoUpdate({ target: [snapshots.dataset, snapshots.hash], set: { position, manifest, bytes } });
      await tx.update(datasets).set({ updatedAt: new Date() }).where(eq(datasets.name, dataset));
      return true;
    });
  }

  async byHash(hash: string): Promise<{ dataset: string } | undefined> {
    const [row] = await this.db.select({ dataset: snapshots.dataset }).from(snapshots).where(eq(snapshots.hash, hash));
    return row;
  }

  /** @returns the hashes of the snapshots it had */
  async delete(name: string): Promise<string[]> {
    return await this.db.transaction(async (tx) => {
      await tx.select().from(datasets).where(eq(datasets.name, name)).for('update');
      const had = await tx.delete(snapshots).where(eq(snapshots.dataset, name)).returning({ hash: snapshots.hash });
      await tx.delete(datasets).where(eq(datasets.name, name));
      return had.map(({ hash }) => hash);
    });
  }

  /** Forgets snapshots of a data set, but for the newest few and those that are needed. @returns their hashes */
  async prune(name: string, most: number, needed: ReadonlySet<string>): Promise<string[]> {
    return await this.db.transaction(async (tx) => {
      await tx.select().from(datasets).where(eq(datasets.name, name)).for('update');
      const own = eq(snapshots.dataset, name);
      const all = await tx
        .select({ hash: snapshots.hash })
        .from(snapshots)
        .where(own)
        .orderBy(desc(snapshots.position));
      const gone = all
        .slice(most)
        .map(({ hash }) => hash)
        .filter((hash) => !needed.has(hash));
      await tx.delete(snapshots).where(and(own, inArray(snapshots.hash, gone)));
      return gone;
    });
  }

  async #withSnapshot(row: DatasetRow): Promise<StoredDataset> {
    const own = eq(snapshots.dataset, row.name);
    const [newest] = await this.db.select().from(snapshots).where(own).orderBy(desc(snapshots.position)).limit(1);
    const [counted] = await this.db.select({ total: count() }).from(snapshots).where(own);
    return { ...row, snapshots: counted?.total ?? 0, newest };
  }
}
