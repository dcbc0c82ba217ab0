import { sql } from 'drizzle-orm';
import type { Queries } from '../platform/database/database.js';
import { rowChunks } from '../platform/database/row-chunks.js';
import { searchColumns } from './search-text.js';
import { products } from './tables.js';

/** A product as its source tells it; its category and photos are there already. */
export interface SourcedProduct {
  id: string;
  sku: string | null;
  title: string;
  description: string;
  category: string | null;
  price: number | null;
  currency: string | null;
  brand: string | null;
  colour: string | null;
  images: string[];
  attributes: Record<string, string>;
}

/**
 * Lists many products, or brings them up to date; in a transaction, all or none. A category that was chosen here is
 * kept, and a deleted product stays deleted.
 */
export async function putProducts(db: Queries, given: readonly SourcedProduct[]): Promise<void> {
  for (const chunk of rowChunks(given)) await putChunk(db, chunk);
}

async function putChunk(db: Queries, given: readonly SourcedProduct[]): Promise<void> {
  const rows = given.map((product) => ({ ...product, ...searchColumns(product) }));
  const from = (column: string) => sql.raw(`excluded.${column}`);
  await db
    .insert(products)
    .values(rows)
    .onConflictDoUpdate({
      target: products.id,
      set: {
        ...{ sku: from('sku'), title: from('title'), description: from('description'), price: from('price') },
        ...{ currency: from('currency'), brand: from('brand'), colour: from('colour'), images: from('images') },
        ...{ searchTitle: from('search_title'), searchBody: from('search_body'), trigrams: from('trigrams') },
        category: sql`coalesce(${products.category}, excluded.category)`,
        attributes: sql`${products.attributes} || excluded.attributes`,
        updatedAt: sql`now()`,
      },
    });
}
