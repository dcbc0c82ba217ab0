import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { products } from '../../catalogue/tables.js';
import { DiskBlobStore } from '../../platform/blobs/disk-blob-store.js';
import { type Database, openDatabase } from '../../platform/database/database.js';
import { migrate } from '../../platform/database/migrate.js';
import { openLog } from '../../platform/log.js';
import { removeDir, testDataDir } from '../../platform/testing/data-dir.test.fixture.js';
import { MemoryVectors } from '../../platform/vectors/memory/memory-vectors.js';
import type { Vectors } from '../../platform/vectors/vectors.js';
import type { ModelRow } from '../../registry/model-store.js';
import { models } from '../../registry/tables.js';
import type { LiveEncoder } from '../live-index.js';
import { embeddings } from '../tables.js';

/** A catalogue in the embedded database with a model in production that needs no training: all photos look alike. */
export interface TestCatalogue {
  database: Database;
  vectors: Vectors;
  model: ModelRow;
  encoder: LiveEncoder;
  /** Lists products, each with the photos named. */
  list(rows: readonly (typeof products.$inferInsert)[]): Promise<void>;
  change(id: string, set: Partial<typeof products.$inferInsert>): Promise<void>;
  /** Keeps vectors of photos, and tells nobody. */
  keep(images: readonly string[]): Promise<void>;
  /** Photos the model has seen. */
  seen(): Promise<string[]>;
  remove(): Promise<void>;
}

export const alike = Float32Array.of(1, 0);

export async function openCatalogue(): Promise<TestCatalogue> {
  const dataDir = await testDataDir();
  const database = await openDatabase({ dataDir });
  await migrate(database.pool);
  const { db } = database;
  const blobs = await DiskBlobStore.open(join(dataDir, 'blobs'));
  const vectors = await MemoryVectors.open({ blobs, scratch: join(dataDir, 'scratch'), log: openLog('silent') });
  const summary = {
    ...{ task: 'similar' as const, description: '', metrics: {}, primaryMetric: 'precisionAt10' },
    ...{ trainedOn: { snapshot: null, splits: [] }, files: [] },
  };
  const row = { id: 'v1', task: 'similar' as const, version: 1, stage: 'production' as const, summary };
  const [model] = await db
    .insert(models)
    .values({ ...row, artifact: 'v1', bytes: 0 })
    .returning();
  if (!model) throw new Error('The model was not kept.');
  return {
    ...{ database, vectors, model },
    encoder: {
      ...{ model, dimension: alike.length, readsWords: false, ready: true },
      embed: async () => alike,
      embedText: async () => alike,
      close: async () => undefined,
    },
    async list(rows) {
      await db.insert(products).values([...rows]);
    },
    async change(id, set) {
      await db.update(products).set(set).where(eq(products.id, id));
    },
    async keep(images) {
      await db.insert(embeddings).values(images.map((image) => ({ modelId: model.id, image, vector: alike })));
    },
    seen: async () => (await db.select().from(embeddings)).map(({ image }) => image).sort(),
    async remove() {
      await database.close();
      await removeDir(dataDir);
    },
  };
}
