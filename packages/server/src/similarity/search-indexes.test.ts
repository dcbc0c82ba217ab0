import { asc } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { products } from '../catalogue/tables.js';
import type { Database } from '../platform/database/database.js';
import { openDatabase } from '../platform/database/database.js';
import { migrate } from '../platform/database/migrate.js';
import { removeDir, testDataDir } from '../platform/testing/data-dir.test.fixture.js';
import { models, promotions, type Stage } from '../registry/tables.js';
import { forgetVectors, makeCurrent } from './search-indexes.js';
import { embeddings, searchIndexes } from './tables.js';

const DAY = 86_400_000;
let dataDir: string;
let database: Database;

/** The nth version, and the vectors it made of the photos. */
async function version(number: number, stage: Stage, photos: readonly string[]): Promise<string> {
  const { db } = database;
  const id = `v${number}`;
  const summary = {
    ...{ task: 'similar' as const, description: '', metrics: {}, primaryMetric: 'precisionAt10' },
    ...{ trainedOn: { snapshot: null, splits: [] }, files: [] },
  };
  await db.insert(models).values({ id, task: 'similar', version: number, stage, summary, artifact: id, bytes: 0 });
  await db.insert(searchIndexes).values({ modelId: id });
  await db
    .insert(embeddings)
    .values(photos.map((image) => ({ modelId: id, image, vector: Float32Array.of(number), at: new Date() })));
  return id;
}

const kept = async () =>
  (await database.db.select().from(embeddings).orderBy(asc(embeddings.modelId), asc(embeddings.image))).map(
    ({ modelId, image }) => `${modelId} ${image}`,
  );

beforeAll(async () => {
  dataDir = await testDataDir();
  database = await openDatabase({ dataDir });
  await migrate(database.pool);
});
afterAll(async () => {
  await database.close();
  await removeDir(dataDir);
});

describe('the vectors of earlier versions', () => {
  it('are forgotten once a switch has left them two versions behind', async () => {
    const { db } = database;
    await db.insert(products).values({ id: 'dress', title: 'Dress', images: ['shown'] });
    await version(1, 'retired', ['shown']);
    const second = await version(2, 'retired', ['shown']);
    const third = await version(3, 'production', ['shown']);
    await version(4, 'candidate', ['shown']);
    await db.insert(promotions).values([
      { task: 'similar', modelId: 'v1' },
      { task: 'similar', modelId: second, previousId: 'v1' },
      { task: 'similar', modelId: third, previousId: second },
    ]);
    await makeCurrent(db, third);
    expect((await forgetVectors(db)).sort()).toEqual(['v1', 'v4']);
    expect(await kept()).toEqual(['v2 shown', 'v3 shown']);
    expect(await forgetVectors(db)).toEqual([]);
  });

  it('stay while they answer, until the version in production has seen every photo', async () => {
    const { db } = database;
    await db.update(models).set({ stage: 'retired' });
    const fifth = await version(5, 'production', ['shown']);
    await db.insert(promotions).values({ task: 'similar', modelId: fifth, previousId: 'v2' });
    await forgetVectors(db);
    expect(await kept()).toEqual(['v2 shown', 'v3 shown', 'v5 shown']);
    await makeCurrent(db, fifth);
    expect(await forgetVectors(db)).toEqual(['v3']);
  });

  it('of photos that no product shows are forgotten a day later', async () => {
    const { db } = database;
    await db.insert(embeddings).values([
      { modelId: 'v5', image: 'gone', vector: Float32Array.of(5), at: new Date(Date.now() - 2 * DAY) },
      { modelId: 'v5', image: 'just stored', vector: Float32Array.of(5), at: new Date() },
    ]);
    await forgetVectors(db);
    expect(await kept()).toEqual(['v2 shown', 'v5 just stored', 'v5 shown']);
  });
});
