import { sql } from 'drizzle-orm';
import type { Queries } from '../platform/database/database.js';
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
 * Lists many products, or brings them up to date, in one statement. A category that was chosen here is kept, and a
 * deleted product stays deleted.
 */
export async function putProducts(db: Queries, given: readonly SourcedProduct[]): Promise<void> {
  if (given.length === 0) return;
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
