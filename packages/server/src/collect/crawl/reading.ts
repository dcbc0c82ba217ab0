import { createHash } from 'node:crypto';
import { and, eq, isNotNull, or, sql } from 'drizzle-orm';
import type { Queries } from '../../platform/database/database.js';
import type { Site } from '../config.js';
import { collectPages, collectSites } from '../tables.js';

/** Counted up when the same config reads more of a page, or otherwise, than the version before. */
const VERSION = 2;

/** A hash of what decides how pages are read; how fast they are asked for, and by what name, does not. */
function readingOf({ limits: { readSeconds }, gone: _, userAgent: __, ...read }: Site): string {
  return createHash('sha256')
    .update(JSON.stringify([VERSION, readSeconds, read]))
    .digest('hex');
}

const isTagged = or(isNotNull(collectPages.etag), isNotNull(collectPages.lastModified));

/**
 * Before a crawl: forgets which version of a page is known where an answer that it is unchanged would not do, since it
 * is read otherwise now, or since what it told of a product is needed once more.
 */
export async function askAnew(db: Queries, site: Site): Promise<void> {
  const reading = readingOf(site);
  const ofSite = eq(collectPages.site, site.name);
  await db.transaction(async (transaction) => {
    const tx = transaction as Queries;
    const [row] = await tx.select().from(collectSites).where(eq(collectSites.name, site.name));
    const isSame = row?.reading === reading;
    if (!isSame) await tx.update(collectSites).set({ reading }).where(eq(collectSites.name, site.name));
    await tx
      .update(collectPages)
      .set({ etag: null, lastModified: null })
      .where(and(ofSite, isTagged, isSame ? tellsOfLost(site.name) : undefined));
  });
}

/** Pages of a product that the catalogue forgot after it was withdrawn, or of one whose original is to go on as it. */
const tellsOfLost = (site: string) => sql`EXISTS (
  SELECT FROM unnest(${collectPages.products}) AS shown (key)
  JOIN collect_products AS product ON product.site = ${site} AND product.key = shown.key
  WHERE (product.duplicate_of IS NOT NULL AND product.told IS NULL)
    OR (
      product.duplicate_of IS NULL
      AND NOT EXISTS (SELECT FROM products WHERE products.id = product.product_id)
      AND NOT EXISTS (SELECT FROM deleted_products WHERE deleted_products.id = product.product_id)
    ))`;
