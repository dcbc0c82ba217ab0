import { CATEGORIES, type Product } from '@vitrine/sample-shop';
import { like } from 'drizzle-orm';
import type { Images } from '../catalogue/images.js';
import { searchColumns } from '../catalogue/search-text.js';
import { categories, products } from '../catalogue/tables.js';
import type { Queries } from '../platform/database/database.js';
import { renderProducts } from './render.js';

/** Side of the pictures, in pixels. */
const PICTURE_SIDE = 512;
const idOf = (product: Pick<Product, 'id'>) => `sample-${product.id}`;

/** The shop's category tree. Codes that exist stay as they are. */
export async function importCategories(db: Queries): Promise<void> {
  const rows = CATEGORIES.map(({ code, name, parent }, position) => ({ code, name, parent, position }));
  // Parents come before their children.
  await db.insert(categories).values(rows).onConflictDoNothing();
}

/** Lists the shop's products with their pictures; after a crash, those that are still missing. */
export async function importProducts(
  db: Queries,
  images: Images,
  shop: readonly Product[],
  { onListed, signal }: { onListed(listed: number): void; signal: AbortSignal },
): Promise<void> {
  const there = await db.select({ id: products.id }).from(products).where(like(products.id, 'sample-%'));
  const known = new Set(there.map(({ id }) => id));
  const missing = new Map(shop.filter((product) => !known.has(idOf(product))).map((product) => [product.id, product]));
  let listed = shop.length - missing.size;
  const take = async ({ id, bytes }: { id: string; bytes: Buffer }) => {
    const { hash } = await images.store(bytes);
    await db
      .insert(products)
      .values(rowOf(missing.get(id) as Product, hash))
      .onConflictDoNothing();
    listed += 1;
    onListed(listed);
  };
  await renderProducts({ products: [...missing.values()], side: PICTURE_SIDE }, take, signal);
}

function rowOf(product: Product, image: string): typeof products.$inferInsert {
  const { title, description, category, currency, brand, colour, stock, sizes, attributes } = product;
  const text = { title, description: description ?? '', sku: product.id, brand, colour };
  const createdAt = new Date(product.createdAt);
  return {
    ...{ ...text, ...searchColumns(text), category, currency, stock, createdAt },
    id: idOf(product),
    updatedAt: createdAt,
    price: product.price / 100,
    images: [image],
    attributes: { ...attributes, sizes: sizes.join(', ') },
  };
}
