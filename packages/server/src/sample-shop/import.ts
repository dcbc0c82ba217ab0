import { CATEGORIES, type Product, renderProduct } from '@vitrine/sample-shop';
import type { Images } from '../catalogue/images.js';
import { searchColumns } from '../catalogue/search-text.js';
import { categories, products } from '../catalogue/tables.js';
import type { Queries } from '../platform/database/database.js';

/** Side of the pictures, in pixels. */
const PICTURE_SIDE = 640;

/** The shop's category tree. Codes that exist stay as they are. */
export async function importCategories(db: Queries): Promise<void> {
  const rows = CATEGORIES.map(({ code, name, parent }, position) => ({ code, name, parent, position }));
  // Parents come before their children.
  await db.insert(categories).values(rows).onConflictDoNothing();
}

/** Lists some of the shop's products with their pictures. Those that are listed already stay as they are. */
export async function importProducts(db: Queries, images: Images, batch: Product[]): Promise<void> {
  const rows = await Promise.all(
    batch.map(async (product) => {
      const { hash } = await images.store(await renderProduct(product, { size: PICTURE_SIDE }));
      return rowOf(product, hash);
    }),
  );
  await db.insert(products).values(rows).onConflictDoNothing();
}

function rowOf(product: Product, image: string): typeof products.$inferInsert {
  const { title, description, category, currency, brand, colour, stock, sizes, attributes } = product;
  const text = { title, description: description ?? '', sku: product.id, brand, colour };
  const createdAt = new Date(product.createdAt);
  return {
    ...{ ...text, ...searchColumns(text), category, currency, stock, createdAt },
    id: `sample-${product.id}`,
    updatedAt: createdAt,
    price: product.price / 100,
    images: [image],
    attributes: { ...attributes, sizes: sizes.join(', ') },
  };
}
