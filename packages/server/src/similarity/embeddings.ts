import { and, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm';
import { products } from '../catalogue/tables.js';
import type { Queries } from '../platform/database/database.js';
import { embeddings, floatsOf } from './tables.js';

/** Most photos of a product that are searched, the first ones. */
export const PHOTOS_OF_PRODUCT = 12;

export interface Problem {
  code: string;
  message: string;
}
/** A photo's vector, or why it has none. */
export type Embedding = { image: string; vector: Float32Array } | { image: string; problem: Problem };

/** A listed product's photos, one row each. */
const shown = sql`products p CROSS JOIN LATERAL unnest(p.images[1:${sql.raw(String(PHOTOS_OF_PRODUCT))}]) AS photo(image)
  WHERE p.deleted_at IS NULL`;
const isMissing = (modelId: string) =>
  sql`NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.model_id = ${modelId} AND e.image = photo.image)`;

/** Photos of listed products that a model has not seen, in the order of the products, from one on. */
export async function missingPhotos(
  db: Queries,
  modelId: string,
  { from = '', limit }: { from?: string; limit: number },
): Promise<{ productId: string; image: string }[]> {
  const { rows } = await db.execute<{ id: string; image: string }>(
    sql`SELECT p.id, photo.image FROM ${shown} AND p.id >= ${from} AND ${isMissing(modelId)} ORDER BY p.id LIMIT ${limit}`,
  );
  return rows.map(({ id, image }) => ({ productId: id, image }));
}

/** Keeps what a model made of photos, and has every server look at their products again. */
export async function keepEmbeddings(db: Queries, modelId: string, made: readonly Embedding[]): Promise<void> {
  if (!made.length) return;
  // In one order everywhere, so that two writers never wait for each other.
  const sorted = [...made].sort((a, b) => (a.image < b.image ? -1 : 1));
  const images = sorted.map(({ image }) => image);
  const rows = sorted.map((each) => ({
    ...{ modelId, image: each.image },
    vector: 'vector' in each ? each.vector : null,
    problem: 'problem' in each ? each.problem : null,
  }));
  await db.transaction(async (transaction) => {
    await transaction.insert(embeddings).values(rows).onConflictDoNothing();
    await transaction.execute(
      sql`INSERT INTO product_changes (product_id) SELECT id FROM products
        WHERE EXISTS (SELECT FROM unnest(images) AS shown(image) WHERE image = ANY(${textArray(images)}))`,
    );
  });
}

/** The vectors of photos that have one. */
export async function vectorsOf(
  db: Queries,
  modelId: string,
  images: readonly string[],
): Promise<Map<string, Float32Array>> {
  if (!images.length) return new Map();
  const rows = await db
    .select({ image: embeddings.image, vector: embeddings.vector })
    .from(embeddings)
    .where(and(eq(embeddings.modelId, modelId), inArray(embeddings.image, [...new Set(images)])));
  return new Map(rows.flatMap(({ image, vector }) => (vector ? [[image, vector]] : [])));
}

/** Why a photo has no vector, where one was tried. */
export async function problemOf(db: Queries, modelId: string, image: string): Promise<Problem | undefined> {
  const [row] = await db
    .select({ problem: embeddings.problem })
    .from(embeddings)
    .where(and(eq(embeddings.modelId, modelId), eq(embeddings.image, image)));
  return row?.problem ?? undefined;
}

/** A product as the index takes it. */
export interface IndexedProduct {
  id: string;
  category: string | null;
  price: number | null;
  inStock: boolean;
  /** By their place among the product's photos; undefined: without a vector (yet). */
  vectors: (Float32Array | undefined)[];
}

interface ProductRow {
  [column: string]: unknown;
  id: string;
  category: string | null;
  price: number | null;
  stock: number | null;
  vectors: (Buffer | null)[] | null;
}

/** Listed products among these, with the vectors of their photos. */
export async function indexedProducts(
  db: Queries,
  modelId: string,
  which: { ids: readonly string[] } | { after: string; limit: number },
): Promise<IndexedProduct[]> {
  const chosen =
    'ids' in which
      ? sql`p.id = ANY(${textArray(which.ids)})`
      : sql`p.id > ${which.after} ORDER BY p.id LIMIT ${which.limit}`;
  const { rows } = await db.execute<ProductRow>(sql`
    SELECT p.id, p.category, p.price, p.stock, (
      SELECT array_agg(e.vector ORDER BY place)
      FROM unnest(p.images[1:${sql.raw(String(PHOTOS_OF_PRODUCT))}]) WITH ORDINALITY AS photo(image, place)
      LEFT JOIN embeddings e ON e.model_id = ${modelId} AND e.image = photo.image
    ) AS vectors
    FROM products p WHERE p.deleted_at IS NULL AND ${chosen}`);
  return rows.map(({ id, category, price, stock, vectors }) => ({
    ...{ id, category, price },
    // Whose stock is not counted is there.
    inStock: stock === null || stock > 0,
    vectors: (vectors ?? []).map((vector) => (vector ? floatsOf(vector) : undefined)),
  }));
}

/** How much of the catalogue a model has seen. */
export async function countPhotos(
  db: Queries,
  modelId: string,
): Promise<{ products: number; photos: number; embedded: number; failed: number }> {
  const { rows } = await db.execute<Record<'products' | 'photos' | 'embedded' | 'failed', string>>(sql`
    WITH photos AS (SELECT DISTINCT photo.image FROM ${shown})
    SELECT (SELECT count(*) FROM products WHERE deleted_at IS NULL AND images <> '{}') AS products,
      count(*) AS photos, count(e.vector) AS embedded, count(e.problem) AS failed
    FROM photos LEFT JOIN embeddings e ON e.model_id = ${modelId} AND e.image = photos.image`);
  const { products: listed, photos, embedded, failed } = rows[0] ?? { products: 0, photos: 0, embedded: 0, failed: 0 };
  return { products: Number(listed), photos: Number(photos), embedded: Number(embedded), failed: Number(failed) };
}

/** Photos of listed products that could not be embedded, each with one of its products. */
export async function failedPhotos(
  db: Queries,
  modelId: string,
  limit: number,
): Promise<({ image: string; productId: string } & Problem)[]> {
  const rows = await db
    .select({ image: embeddings.image, problem: embeddings.problem, productId: sql<string>`min(${products.id})` })
    .from(embeddings)
    .innerJoin(products, sql`${products.images} @> ARRAY[${embeddings.image}]`)
    .where(and(eq(embeddings.modelId, modelId), isNotNull(embeddings.problem), isNull(products.deletedAt)))
    .groupBy(embeddings.modelId, embeddings.image)
    .orderBy(embeddings.image)
    .limit(limit);
  return rows.flatMap(({ image, productId, problem }) => (problem ? [{ image, productId, ...problem }] : []));
}

/** Forgets the failures of a model, so that they are tried again. @returns how many there were */
export async function forgetFailures(db: Queries, modelId: string): Promise<number> {
  const forgotten = await db
    .delete(embeddings)
    .where(and(eq(embeddings.modelId, modelId), isNotNull(embeddings.problem)))
    .returning({ image: embeddings.image });
  return forgotten.length;
}

/** Photos of some products that a model has not seen. */
export async function missingOf(
  db: Queries,
  modelId: string,
  products: readonly string[],
  limit: number,
): Promise<string[]> {
  const { rows } = await db.execute<{ image: string }>(
    sql`SELECT DISTINCT photo.image FROM ${shown} AND p.id = ANY(${textArray(products)}) AND ${isMissing(modelId)} LIMIT ${limit}`,
  );
  return rows.map(({ image }) => image);
}

function textArray(values: readonly string[]) {
  return sql`${sql.param([...values])}::text[]`;
}
