import { eq, notInArray, sql } from 'drizzle-orm';
import type { Queries } from '../platform/database/database.js';
import { type ModelRow, previousModel, productionModel } from '../registry/model-store.js';
import { models } from '../registry/tables.js';
import type { Calibration } from './calibration.js';
import { embeddings, searchIndexes } from './tables.js';

export const TASK = 'similar';

export type SearchIndex = typeof searchIndexes.$inferSelect & { model: ModelRow };

/** What answers searches, as the database says it: servers follow. */
export async function currentIndex(db: Queries): Promise<SearchIndex | undefined> {
  const [row] = await db
    .select()
    .from(searchIndexes)
    .innerJoin(models, eq(models.id, searchIndexes.modelId))
    .where(eq(searchIndexes.current, true));
  return row && { ...row.search_indexes, model: row.models };
}

/** Whether all photos were embedded by a model once: it may answer again at once. */
export async function isComplete(db: Queries, modelId: string): Promise<boolean> {
  const [row] = await db
    .select({ calibration: searchIndexes.calibration })
    .from(searchIndexes)
    .where(eq(searchIndexes.modelId, modelId));
  return row?.calibration != null;
}

/**
 * Lets a model answer searches, and the one before no more, as one step.
 * @returns false when another one is in production meanwhile
 */
export function makeCurrent(db: Queries, modelId: string): Promise<boolean> {
  return db.transaction(async (transaction) => {
    await transaction.execute(sql`SELECT pg_advisory_xact_lock(hashtext('search index'))`);
    const production = await productionModel(transaction, TASK);
    if (production?.id !== modelId) return false;
    await transaction.update(searchIndexes).set({ current: false }).where(eq(searchIndexes.current, true));
    await transaction
      .insert(searchIndexes)
      .values({ modelId, current: true })
      .onConflictDoUpdate({ target: searchIndexes.modelId, set: { current: true, updatedAt: sql`now()` } });
    return true;
  });
}

/** Keeps what a model's scores mean, which says too that it has seen all photos. */
export async function keepCalibration(db: Queries, modelId: string, calibration: Calibration): Promise<void> {
  await db
    .insert(searchIndexes)
    .values({ modelId, calibration })
    .onConflictDoUpdate({ target: searchIndexes.modelId, set: { calibration, updatedAt: sql`now()` } });
}

/** Has every server build its index anew. */
export async function demandRebuild(db: Queries): Promise<void> {
  await db
    .update(searchIndexes)
    .set({ revision: sql`${searchIndexes.revision} + 1` })
    .where(eq(searchIndexes.current, true));
}

/**
 * Forgets what models made of the catalogue that neither answer, nor are in production, nor would be rolled back to; and
 * vectors of photos that no product shows any more.
 * @returns the models' ids
 */
export async function forgetVectors(db: Queries): Promise<string[]> {
  const previous = await previousModel(db, TASK).catch(() => undefined);
  const used = [await productionModel(db, TASK), (await currentIndex(db))?.model, previous].flatMap((model) =>
    model ? [model.id] : [],
  );
  await db.delete(embeddings).where(used.length ? notInArray(embeddings.modelId, used) : sql`true`);
  await db.execute(sql`
    DELETE FROM embeddings e WHERE e.at < now() - interval '1 day'
      AND NOT EXISTS (SELECT FROM (SELECT unnest(images) AS image FROM products) shown WHERE shown.image = e.image)`);
  const forgotten = await db
    .delete(searchIndexes)
    .where(used.length ? notInArray(searchIndexes.modelId, used) : sql`true`)
    .returning({ modelId: searchIndexes.modelId });
  return forgotten.map(({ modelId }) => modelId);
}
