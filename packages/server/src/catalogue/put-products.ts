import { sql } from 'drizzle-orm';
import type { Queries } from '../platform/database/database.js';
import { isOneOf } from '../platform/database/is-one-of.js';
import { rowChunks } from '../platform/database/row-chunks.js';
import { searchColumns } from './search-text.js';
import { deletedProducts, products } from './tables.js';

type ProductRow = typeof products.$inferSelect;

/** A product as its source tells it; its category and photos are there already. */
export interface SourcedProduct {
  id: string;
  sku: string | null;
  /** The sku where the source tells no title. */
  title: string;
  description: string;
  category: string | null;
  price: number | null;
  currency: string | null;
  brand: string | null;
  colour: string | null;
  images: string[];
  /** How many there are, or only whether there are any; null where the source doesn't tell. */
  stock: number | boolean | null;
  attributes: Record<string, string>;
}

/**
 * Lists many products, or brings them up to date; in a transaction, all or none. What the source doesn't tell stays as
 * it is, a category that was chosen here is kept, and a deleted product stays deleted, however long ago that was.
 */
export async function putProducts(db: Queries, given: readonly SourcedProduct[]): Promise<void> {
  for (const chunk of rowChunks(given)) await db.transaction((transaction) => putChunk(transaction as Queries, chunk));
}

async function putChunk(tx: Queries, told: readonly SourcedProduct[]): Promise<void> {
  const ids = told.map(({ id }) => id);
  // First what is there: whoever purges one of these meanwhile waits, or has told already that it was deleted.
  const there = await tx.select().from(products).where(isOneOf(products.id, ids)).for('update');
  const deleted = await tx.select().from(deletedProducts).where(isOneOf(deletedProducts.id, ids));
  const given = told.filter(({ id }) => !deleted.some((one) => one.id === id));
  if (given.length === 0) return;
  const byId = new Map(there.map((row) => [row.id, row]));
  const rows = given.map((product) => {
    const known = byId.get(product.id);
    const whole = known ? completed(product, known) : { ...product, sourcedCategory: product.category };
    return { ...whole, ...searchColumns(whole), stock: stockOf(whole.stock, known?.stock ?? null) };
  });
  const from = (column: string) => sql.raw(`excluded.${column}`);
  await tx
    .insert(products)
    .values(rows)
    .onConflictDoUpdate({
      target: products.id,
      set: {
        ...{ sku: from('sku'), title: from('title'), description: from('description'), price: from('price') },
        ...{ currency: from('currency'), brand: from('brand'), colour: from('colour'), images: from('images') },
        ...{ searchTitle: from('search_title'), searchBody: from('search_body'), trigrams: from('trigrams') },
        ...{ category: from('category'), sourcedCategory: from('sourced_category'), stock: from('stock') },
        attributes: from('attributes'),
        updatedAt: sql`now()`,
      },
    });
}

/** What a source tells of a product that is there, and what is known of it beside. */
function completed(told: SourcedProduct, known: ProductRow): SourcedProduct & Pick<ProductRow, 'sourcedCategory'> {
  const isChosen = known.category !== known.sourcedCategory;
  return {
    id: told.id,
    sku: told.sku ?? known.sku,
    title: told.title === told.sku ? known.title : told.title,
    description: told.description || known.description,
    category: isChosen ? known.category : (told.category ?? known.category),
    sourcedCategory: told.category ?? known.sourcedCategory,
    price: told.price ?? known.price,
    // Of a price that stays, the currency stays.
    currency: told.price === null && known.price !== null ? known.currency : (told.currency ?? known.currency),
    brand: told.brand ?? known.brand,
    colour: told.colour ?? known.colour,
    images: told.images.length > 0 ? told.images : known.images,
    stock: told.stock,
    attributes: { ...known.attributes, ...told.attributes },
  };
}

/** Where a source doesn't tell how many there are, a count that was typed in holds unless all are sold; null is not counted. */
function stockOf(told: number | boolean | null, known: number | null): number | null {
  if (typeof told === 'number') return told;
  if (told === false) return 0;
  return told && known === 0 ? null : known;
}
