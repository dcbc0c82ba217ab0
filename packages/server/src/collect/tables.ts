import { boolean, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import type { ShopProduct } from './extract/product.js';

const instant = (name: string) => timestamp(name, { withTimezone: true });

export const collectSites = pgTable('collect_sites', {
  name: text().primaryKey(),
  /** As it was written: YAML. */
  config: text().notNull(),
  crawl: integer().notNull().default(0),
  finished: boolean().notNull().default(true),
  /** Why the newest crawl takes no product for gone though it did not find some. */
  withheld: text(),
  /** How its pages were read last, as a hash. */
  reading: text(),
  jobId: text('job_id'),
  createdAt: instant('created_at').notNull().defaultNow(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
});

export const collectPages = pgTable(
  'collect_pages',
  {
    site: text().notNull(),
    url: text().notNull(),
    crawl: integer().notNull(),
    state: text().$type<'waiting' | 'done' | 'failed'>().notNull(),
    depth: integer().notNull(),
    category: text().array().notNull(),
    problem: text(),
    etag: text(),
    lastModified: text('last_modified'),
    links: text().array().notNull(),
    products: text().array().notNull(),
    /** A start page that told of products before and tells of none now: `links` and `products` are those of before. */
    emptied: boolean().notNull(),
  },
  (table) => [primaryKey({ columns: [table.site, table.url] })],
);
export type PageRow = typeof collectPages.$inferSelect;

/** A product with its stored photos, as its shop tells it. */
export interface Told {
  product: ShopProduct;
  /** Content hashes, the main one first. */
  photos: string[];
}

export const collectProducts = pgTable(
  'collect_products',
  {
    site: text().notNull(),
    key: text().notNull(),
    productId: text('product_id').notNull(),
    url: text().notNull(),
    name: text().notNull(),
    content: text().notNull(),
    paged: boolean().notNull(),
    look: text(),
    /** Photos that could not be had for now. */
    owed: integer().notNull(),
    duplicateOf: text('duplicate_of'),
    /** Of a duplicate, to be listed by when its original goes. */
    told: jsonb().$type<Told>(),
    firstCrawl: integer('first_crawl').notNull(),
    changedCrawl: integer('changed_crawl').notNull(),
    lastCrawl: integer('last_crawl').notNull(),
    goneCrawl: integer('gone_crawl'),
  },
  (table) => [primaryKey({ columns: [table.site, table.key] })],
);
export type KnownProduct = typeof collectProducts.$inferSelect;

export const collectImages = pgTable('collect_images', {
  url: text().primaryKey(),
  hash: text().notNull(),
  look: text().notNull(),
});
