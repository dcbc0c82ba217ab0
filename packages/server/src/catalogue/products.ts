import { randomUUID } from 'node:crypto';
import { VitrineError } from '@vitrine/models';
import { and, eq, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { Queries } from '../platform/database/database.js';
import type { productInput, productSchema } from './api.js';
import { searchColumns } from './search-text.js';
import { categories, deletedProducts, images, products } from './tables.js';

export type Product = z.infer<typeof productSchema>;
type ProductInput = z.infer<typeof productInput>;
/** What may change; the prediction it came from is the log's business. */
type ProductChange = { [K in keyof Omit<ProductInput, 'predictionId'>]?: ProductInput[K] | undefined };

/** Deleted products can be restored for this long. */
const RESTORABLE_DAYS = 30;

/** The columns a `Product` is made of, for a select joined with `categories`. */
export const productColumns = {
  id: products.id,
  sku: products.sku,
  title: products.title,
  description: products.description,
  category: products.category,
  categoryName: categories.name,
  price: products.price,
  currency: products.currency,
  brand: products.brand,
  colour: products.colour,
  images: products.images,
  stock: products.stock,
  attributes: products.attributes,
  createdAt: products.createdAt,
  updatedAt: products.updatedAt,
};

type Row = Omit<Product, 'createdAt' | 'updatedAt'> & { createdAt: Date; updatedAt: Date };

export function productOf(row: Row): Product {
  return { ...row, createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() };
}

const unknown = () =>
  new VitrineError('product.unknown', 'There is no product with this id; it may have been deleted.', 404);

/** PostgreSQL's text can't hold NUL; nothing readable is lost. */
const withoutNul = (text: string) => text.replaceAll('\0', '');

function clean<T extends object>(value: T): T {
  const cleaned = (entry: unknown): unknown => {
    if (typeof entry === 'string') return withoutNul(entry);
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return entry;
    return Object.fromEntries(Object.entries(entry).map(([key, inner]) => [withoutNul(key), cleaned(inner)]));
  };
  return cleaned(value) as T;
}

async function check(db: Queries, { category, images: hashes, title }: ProductChange): Promise<void> {
  if (title !== undefined && !title.trim())
    throw new VitrineError('product.title', 'Give the product a title with at least one visible character.', 422);
  if (category != null) {
    const [found] = await db.select({ code: categories.code }).from(categories).where(eq(categories.code, category));
    if (!found)
      throw new VitrineError(
        'category.unknown',
        `There is no category "${category}"; choose one of GET /categories.`,
        422,
      );
  }
  if (hashes?.length) {
    const found = await db.select({ hash: images.hash }).from(images).where(inArray(images.hash, hashes));
    const missing = hashes.find((hash) => !found.some((image) => image.hash === hash));
    if (missing)
      throw new VitrineError(
        'image.unknown',
        `There is no stored photo ${missing}; send it to POST /images first.`,
        422,
      );
  }
}

/** @throws VitrineError `product.unknown` (404) */
export async function getProduct(db: Queries, id: string): Promise<Product> {
  const [row] = await db
    .select(productColumns)
    .from(products)
    .leftJoin(categories, eq(categories.code, products.category))
    .where(and(eq(products.id, id), isNull(products.deletedAt)));
  if (!row) throw unknown();
  return productOf(row);
}

/** @throws VitrineError `category.unknown`, `image.unknown`, `product.title` (422) */
export async function createProduct(db: Queries, input: ProductInput): Promise<Product> {
  const { predictionId: _, ...rest } = input;
  const product = clean(rest);
  await check(db, product);
  const id = randomUUID();
  await db.insert(products).values({ ...definedOf(product), ...searchColumns(product), id });
  return getProduct(db, id);
}

/** @throws VitrineError `product.unknown` (404), `category.unknown`, `image.unknown`, `product.title` (422) */
export async function updateProduct(db: Queries, id: string, input: ProductChange): Promise<Product> {
  const change = definedOf(clean(input));
  await check(db, change);
  const search = searchColumns({ ...(await getProduct(db, id)), ...change });
  await db
    .update(products)
    .set({ ...change, ...search, updatedAt: new Date() })
    .where(eq(products.id, id));
  return getProduct(db, id);
}

/** Deletes a product so that it can be restored. @throws VitrineError `product.unknown` (404) */
export async function deleteProduct(db: Queries, id: string): Promise<void> {
  const deleted = await db
    .update(products)
    .set({ deletedAt: new Date(), withdrawn: false })
    .where(and(eq(products.id, id), isNull(products.deletedAt)))
    .returning({ id: products.id });
  if (!deleted.length) throw unknown();
}

/** @throws VitrineError `product.unknown` (404) when it isn't there any more. */
export async function restoreProduct(db: Queries, id: string): Promise<Product> {
  await db
    .update(products)
    .set({ deletedAt: null, withdrawn: false })
    .where(and(eq(products.id, id), isNotNull(products.deletedAt)));
  return getProduct(db, id);
}

/** Removes products deleted longer ago than they can be restored; what people deleted stays known by its id. */
export async function purgeProducts(db: Queries): Promise<void> {
  await db.transaction(async (tx) => {
    const isOld = lt(products.deletedAt, sql`now() - make_interval(days => ${RESTORABLE_DAYS})`);
    const deleted = tx
      .select({ id: products.id })
      .from(products)
      .where(and(isOld, eq(products.withdrawn, false)));
    await tx.insert(deletedProducts).select(deleted).onConflictDoNothing();
    await tx.delete(products).where(isOld);
  });
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

function definedOf<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Defined<T>;
}
