import { VitrineError } from '@vitrine/models';
import { count, eq, isNull, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { Queries } from '../platform/database/database.js';
import type { categorySchema } from './api.js';
import { categories, products } from './tables.js';

type Category = z.infer<typeof categorySchema>;

const unknown = (code: string) =>
  new VitrineError('category.unknown', `There is no category "${code}"; see GET /categories for those there are.`, 404);

/** Every category with the number of its own products, parents before children, siblings in their order. */
export async function categoryTree(db: Queries): Promise<Category[]> {
  const counts = db
    .select({ category: products.category, products: count().as('products') })
    .from(products)
    .where(isNull(products.deletedAt))
    .groupBy(products.category)
    .as('counts');
  const rows = await db
    .select({
      code: categories.code,
      name: categories.name,
      parent: categories.parent,
      products: sql<number>`coalesce(${counts.products}, 0)`.mapWith(Number),
    })
    .from(categories)
    .leftJoin(counts, eq(counts.category, categories.code))
    .orderBy(categories.position, categories.name);
  const children = new Map<string | null, Category[]>();
  for (const row of rows) children.set(row.parent, [...(children.get(row.parent) ?? []), row]);
  const below = (parent: string | null): Category[] =>
    (children.get(parent) ?? []).flatMap((row) => [row, ...below(row.code)]);
  return below(null);
}

async function categoryNamed(db: Queries, code: string): Promise<Category> {
  const found = (await categoryTree(db)).find((category) => category.code === code);
  if (!found) throw unknown(code);
  return found;
}

/** @throws VitrineError `category.unknown` (404) */
async function requireCategory(db: Queries, code: string): Promise<void> {
  const [found] = await db.select({ code: categories.code }).from(categories).where(eq(categories.code, code));
  if (!found) throw unknown(code);
}

/** @throws VitrineError `category.exists` (409), `category.unknown` (its parent) */
export async function createCategory(
  db: Queries,
  input: { code: string; name: string; parent?: string | null | undefined },
): Promise<Category> {
  if (input.parent != null) await requireCategory(db, input.parent);
  const added = await db
    .insert(categories)
    .values({ ...input, parent: input.parent ?? null, position: sql`(select count(*) from categories)` })
    .onConflictDoNothing()
    .returning();
  if (!added.length)
    throw new VitrineError('category.exists', `There is a category "${input.code}" already; choose another code.`, 409);
  return { code: input.code, name: input.name, parent: input.parent ?? null, products: 0 };
}

/** @throws VitrineError `category.unknown`, `category.cycle` (moved below itself) */
export async function updateCategory(
  db: Queries,
  code: string,
  change: { name?: string | undefined; parent?: string | null | undefined },
): Promise<Category> {
  await requireCategory(db, code);
  if (change.parent != null) {
    await requireCategory(db, change.parent);
    if ((await withDescendants(db, code)).includes(change.parent))
      throw new VitrineError('category.cycle', 'A category can’t be moved below itself; choose another parent.', 422);
  }
  const set = {
    ...(change.name === undefined ? {} : { name: change.name }),
    ...(change.parent === undefined ? {} : { parent: change.parent }),
  };
  if (Object.keys(set).length) await db.update(categories).set(set).where(eq(categories.code, code));
  return categoryNamed(db, code);
}

/** @throws VitrineError `category.unknown`, `category.used` (409) while products or categories are in it. */
export async function deleteCategory(db: Queries, code: string): Promise<void> {
  await requireCategory(db, code);
  const [child] = await db.select().from(categories).where(eq(categories.parent, code)).limit(1);
  const [product] = await db.select({ id: products.id }).from(products).where(eq(products.category, code)).limit(1);
  if (child || product)
    throw new VitrineError(
      'category.used',
      'Products or categories are still in this category (deleted products count for 30 days); move them first.',
      409,
    );
  await db.delete(categories).where(eq(categories.code, code));
}

/** The category's code and those of everything below it. */
export async function withDescendants(db: Queries, code: string): Promise<string[]> {
  const { rows } = await db.execute<{ code: string }>(sql`
    WITH RECURSIVE tree AS (
      SELECT code FROM categories WHERE code = ${code}
      UNION SELECT child.code FROM categories child JOIN tree ON child.parent = tree.code
    ) SELECT code FROM tree`);
  return rows.map((row) => row.code);
}
