import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  boolean,
  customType,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';

const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' });
const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

export const categories = pgTable('categories', {
  code: text().primaryKey(),
  name: text().notNull(),
  parent: text().references((): AnyPgColumn => categories.code),
  /** Among its siblings, in the order they were added. */
  position: integer().notNull().default(0),
});

export const products = pgTable(
  'products',
  {
    id: text().primaryKey(),
    sku: text(),
    title: text().notNull(),
    description: text().notNull().default(''),
    category: text().references(() => categories.code),
    /** The one that its source told last, where it has a source. */
    sourcedCategory: text('sourced_category'),
    price: doublePrecision(),
    currency: text(),
    brand: text(),
    colour: text(),
    /** Content hashes of stored photos, the main one first. */
    images: text().array().notNull().default(sql`'{}'`),
    stock: integer(),
    attributes: jsonb().$type<Record<string, string>>().notNull().default({}),
    createdAt: time('created_at').notNull().defaultNow(),
    updatedAt: time('updated_at').notNull().defaultNow(),
    /** Set when deleted; restorable for 30 days. */
    deletedAt: time('deleted_at'),
    /** Whether it was deleted because its source has it no more, not by a person. */
    withdrawn: boolean().notNull().default(false),
    /** Folded words of title, brand, colour and sku; of the description. Written by the service, read by search alone. */
    searchTitle: text('search_title').notNull().default(''),
    searchBody: text('search_body').notNull().default(''),
    /** Letter triples of the title's words, for typing errors. */
    trigrams: text().array().notNull().default(sql`'{}'`),
    search: tsvector().generatedAlwaysAs(
      sql`setweight(to_tsvector('simple', search_title), 'A') || setweight(to_tsvector('simple', search_body), 'C')`,
    ),
  },
  (table) => [
    index('products_search').using('gin', table.search),
    index('products_trigrams').using('gin', table.trigrams),
    index('products_category').on(table.category),
    index('products_created').on(table.createdAt),
  ],
);

/** What people deleted and can't be restored any more: no source lists it again. */
export const deletedProducts = pgTable('deleted_products', { id: text().primaryKey() });

/** Photos stored with the catalogue; their bytes lie in the blob store under the same hash. */
export const images = pgTable('images', {
  hash: text().primaryKey(),
  width: integer().notNull(),
  height: integer().notNull(),
  bytes: integer().notNull(),
  createdAt: time('created_at').notNull().defaultNow(),
});
