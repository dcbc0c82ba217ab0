import { and, asc, eq, isNull, lt } from 'drizzle-orm';
import { relistProducts, withdrawProducts } from '../../catalogue/listing.js';
import type { Queries } from '../../platform/database/database.js';
import type { Site } from '../config.js';
import { collectPages, collectProducts, collectSites } from '../tables.js';
import { passOn } from './heirs.js';

/** Fewer products than these may go at once, whatever part of the shop they are. */
const FEW = 5;

export interface SweepOptions {
  db: Queries;
  site: Site;
  crawl: number;
  /** Whether a person said that what the crawl did not find is gone, however much it is. */
  acceptGone: boolean;
}

/**
 * After a whole crawl: products that no page showed any more, under no id, are gone. Not where the shop seems to have
 * shown something else than its products, to check who asks or because its pages were built anew: the site then says why.
 */
export async function sweep({ db, site, crawl, acceptGone }: SweepOptions): Promise<void> {
  await db.transaction(async (transaction) => {
    const tx = transaction as Queries;
    const passedOn = await passOn(tx, site.name, crawl);
    await relistProducts(tx, passedOn);
    const withheld = acceptGone ? null : await doubtOf(tx, site.name, crawl);
    await tx.update(collectSites).set({ withheld }).where(eq(collectSites.name, site.name));
    if (withheld !== null) return;
    const gone = await tx
      .update(collectProducts)
      .set({ goneCrawl: crawl })
      .where(unseenBy(site.name, crawl))
      .returning({ id: collectProducts.productId });
    if (site.gone === 'remove')
      await withdrawProducts(
        tx,
        gone.map(({ id }) => id),
      );
  });
}

const unseenBy = (site: string, crawl: number) =>
  and(eq(collectProducts.site, site), lt(collectProducts.lastCrawl, crawl), isNull(collectProducts.goneCrawl));

/** Why what was not found may be there all the same; null where it is gone for all that is known. */
async function doubtOf(tx: Queries, site: string, crawl: number): Promise<string | null> {
  const isOwn = isNull(collectProducts.duplicateOf);
  const missing = await tx.$count(collectProducts, and(isOwn, unseenBy(site, crawl)));
  const [emptied] = await tx
    .select({ url: collectPages.url })
    .from(collectPages)
    .where(and(eq(collectPages.site, site), eq(collectPages.crawl, crawl), collectPages.emptied))
    .orderBy(asc(collectPages.url))
    .limit(1);
  if (emptied) {
    const sentence = missing === 0 ? 'What a start page held is kept' : sentenceOf(missing);
    return `${sentence}: ${emptied.url} tells of no products any more.`;
  }
  const wereThere = and(eq(collectProducts.site, site), lt(collectProducts.firstCrawl, crawl), isOwn);
  const known = await tx.$count(collectProducts, and(wereThere, isNull(collectProducts.goneCrawl)));
  const isMost = missing >= FEW && missing * 2 > known;
  return isMost ? `${sentenceOf(missing)}: that is more than half of the ${known} that were there.` : null;
}

const sentenceOf = (missing: number) =>
  missing === 1
    ? 'A product was not found, and is not taken for gone'
    : `${missing} products were not found, and are not taken for gone`;
