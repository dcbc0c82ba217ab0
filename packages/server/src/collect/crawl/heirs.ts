import { and, asc, eq, isNotNull, isNull, lt, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { putProducts } from '../../catalogue/put-products.js';
import type { Queries } from '../../platform/database/database.js';
import { isOneOf } from '../../platform/database/is-one-of.js';
import { collectProducts, type Told } from '../tables.js';
import { putCategories } from './categories.js';
import { sourcedOf } from './sourced.js';

const AT_ONCE = 200;

/** A product that the crawl met under another key than the one it is listed by, which the crawl did not meet. */
interface Heir {
  key: string;
  /** The key that it was listed by. */
  former: string;
  productId: string;
}

/**
 * Shops give products new ids. Where the crawl met another spelling of a product and not the one that is listed, the
 * product goes on under the former: the same in the catalogue, with its address and what was chosen there, told anew.
 * @returns the catalogue's ids of these products
 */
export async function passOn(tx: Queries, site: string, crawl: number): Promise<string[]> {
  const all = await heirsOf(tx, site, crawl);
  for (let start = 0; start < all.length; start += AT_ONCE) {
    const heirs = all.slice(start, start + AT_ONCE);
    const told = await toldOf(tx, site, heirs);
    await swap(tx, site, crawl, heirs);
    await putCategories(
      tx,
      told.map(({ told: { product } }) => product.category),
    );
    await putProducts(
      tx,
      told.map(({ productId, told }) => sourcedOf(productId, told)),
    );
  }
  return all.map(({ productId }) => productId);
}

/** One of each product. */
function heirsOf(tx: Queries, site: string, crawl: number): Promise<Heir[]> {
  const former = alias(collectProducts, 'former');
  return tx
    .selectDistinctOn([former.key], {
      key: collectProducts.key,
      former: former.key,
      productId: former.productId,
    })
    .from(collectProducts)
    .innerJoin(former, and(eq(former.site, site), eq(former.productId, collectProducts.duplicateOf)))
    .where(
      and(
        ...[eq(collectProducts.site, site), eq(collectProducts.lastCrawl, crawl), isNotNull(collectProducts.told)],
        ...[isNull(former.duplicateOf), lt(former.lastCrawl, crawl)],
      ),
    )
    .orderBy(asc(former.key), asc(collectProducts.key));
}

/** What the shop tells of heirs, with the catalogue's ids that they take over. */
async function toldOf(tx: Queries, site: string, heirs: readonly Heir[]): Promise<{ productId: string; told: Told }[]> {
  const keys = heirs.map(({ key }) => key);
  const rows = await tx
    .select({ key: collectProducts.key, told: collectProducts.told })
    .from(collectProducts)
    .where(and(eq(collectProducts.site, site), isOneOf(collectProducts.key, keys)));
  const byKey = new Map(rows.map(({ key, told }) => [key, told]));
  return heirs.flatMap(({ key, productId }) => {
    const told = byKey.get(key);
    return told ? [{ productId, told }] : [];
  });
}

/** Each takes the other's place; one that comes back is another spelling from then on. */
async function swap(tx: Queries, site: string, crawl: number, heirs: readonly Heir[]): Promise<void> {
  const keys = heirs.flatMap(({ key, former }) => [key, former]);
  const others = heirs.flatMap(({ key, former }) => [former, key]);
  await tx.execute(sql`
    UPDATE collect_products AS own SET
      product_id = other.product_id,
      duplicate_of = CASE WHEN own.duplicate_of IS NULL THEN own.product_id END,
      told = NULL,
      first_crawl = other.first_crawl,
      changed_crawl = ${crawl}
    FROM unnest(${sql.param(keys)}::text[], ${sql.param(others)}::text[]) AS pair (key, other)
    JOIN collect_products AS other ON other.site = ${site} AND other.key = pair.other
    WHERE own.site = ${site} AND own.key = pair.key`);
}
