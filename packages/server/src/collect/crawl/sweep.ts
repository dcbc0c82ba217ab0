import { and, eq, isNull, lt, sql } from 'drizzle-orm';
import { products as catalogue } from '../../catalogue/tables.js';
import type { Queries } from '../../platform/database/database.js';
import { isOneOf } from '../../platform/database/is-one-of.js';
import type { Site } from '../config.js';
import { collectProducts } from '../tables.js';
import { passOn } from './heirs.js';

/** After a whole crawl: products that no page showed any more, under no id, are gone. */
export async function sweep(db: Queries, site: Site, crawl: number): Promise<void> {
  await db.transaction(async (transaction) => {
    const tx = transaction as Queries;
    const passedOn = await passOn(tx, site.name, crawl);
    if (site.gone === 'remove') await listAgain(tx, passedOn);
    const unseen = and(
      eq(collectProducts.site, site.name),
      lt(collectProducts.lastCrawl, crawl),
      isNull(collectProducts.goneCrawl),
    );
    const gone = await tx
      .update(collectProducts)
      .set({ goneCrawl: crawl })
      .where(unseen)
      .returning({ id: collectProducts.productId });
    if (site.gone === 'remove')
      await withdraw(
        tx,
        gone.map(({ id }) => id),
      );
  });
}

/** Lists products again that their shop had shown no more. */
export async function listAgain(tx: Queries, ids: readonly string[]): Promise<void> {
  if (ids.length) await tx.update(catalogue).set({ deletedAt: null }).where(isOneOf(catalogue.id, ids));
}

async function withdraw(tx: Queries, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .update(catalogue)
    .set({ deletedAt: sql`now()` })
    .where(and(isOneOf(catalogue.id, ids), isNull(catalogue.deletedAt)));
}
