import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Queries } from '../platform/database/database.js';
import { isOneOf } from '../platform/database/is-one-of.js';
import { deletedProducts, products } from './tables.js';

/** Takes products out of the catalogue that their source has no more; those that a person deleted stay that. */
export async function withdrawProducts(db: Queries, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db
    .update(products)
    .set({ deletedAt: sql`now()`, withdrawn: true })
    .where(and(isOneOf(products.id, ids), isNull(products.deletedAt)));
}

/** Lists products again that their source had no more for a while; those that a person deleted stay deleted. */
export async function relistProducts(db: Queries, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db
    .update(products)
    .set({ deletedAt: null, withdrawn: false })
    .where(and(isOneOf(products.id, ids), eq(products.withdrawn, true)));
}

/** Those of these ids that the catalogue doesn't know, though no person deleted them. */
export async function unlistedOf(db: Queries, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await db.execute<{ id: string }>(sql`
    SELECT given.id FROM unnest(${sql.param(ids)}::text[]) AS given (id)
    WHERE NOT EXISTS (SELECT FROM products WHERE products.id = given.id)
      AND NOT EXISTS (SELECT FROM deleted_products WHERE deleted_products.id = given.id)`);
  return new Set(rows.map(({ id }) => id));
}

/** Lets sources list again what people deleted so long ago that it can't be restored. */
export async function forgetDeleted(db: Queries, ids: readonly string[]): Promise<void> {
  await db.delete(deletedProducts).where(isOneOf(deletedProducts.id, ids));
}
