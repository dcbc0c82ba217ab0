import { and, asc, count, eq, gt, isNotNull, isNull, ne, type SQL, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { products as catalogue } from '../catalogue/tables.js';
import type { Queries } from '../platform/database/database.js';
import type { changeSchema, reportSchema } from './api.js';
import { collectPages, collectProducts, collectSites } from './tables.js';

export type Report = z.infer<typeof reportSchema>;
type Change = z.infer<typeof changeSchema>;

const PROBLEMS_SHOWN = 20;

/** What a change means, in the rows of the site's products. */
function conditionOf(change: Change, crawl: number): SQL {
  const { firstCrawl, changedCrawl, goneCrawl } = collectProducts;
  if (change === 'gone') return eq(goneCrawl, crawl);
  if (change === 'new') return sql`(${firstCrawl} = ${crawl} and ${goneCrawl} is null)`;
  return sql`(${changedCrawl} = ${crawl} and ${firstCrawl} <> ${crawl} and ${goneCrawl} is null)`;
}

/** What a crawl brought: new, changed and gone products, and pages that failed. */
export async function reportOf(db: Queries, site: string, crawl: number): Promise<Report> {
  const ofSite = eq(collectProducts.site, site);
  const isOwn = isNull(collectProducts.duplicateOf);
  const products = (condition: SQL | undefined) => db.$count(collectProducts, and(ofSite, condition));
  const pages = (condition: SQL | undefined) =>
    db.$count(collectPages, and(eq(collectPages.site, site), eq(collectPages.crawl, crawl), condition));
  const failed = eq(collectPages.state, 'failed');
  const problems = await db
    .select({ url: collectPages.url, problem: sql<string>`coalesce(${collectPages.problem}, '')` })
    .from(collectPages)
    .where(and(eq(collectPages.site, site), eq(collectPages.crawl, crawl), failed))
    .orderBy(asc(collectPages.url))
    .limit(PROBLEMS_SHOWN);
  const [row] = await db
    .select({ withheld: collectSites.withheld })
    .from(collectSites)
    .where(eq(collectSites.name, site));
  return {
    crawl,
    pages: await pages(ne(collectPages.state, 'waiting')),
    failed: await pages(failed),
    waiting: await pages(eq(collectPages.state, 'waiting')),
    products: await products(and(isOwn, isNull(collectProducts.goneCrawl))),
    new: await products(and(isOwn, conditionOf('new', crawl))),
    changed: await products(and(isOwn, conditionOf('changed', crawl))),
    gone: await products(and(isOwn, conditionOf('gone', crawl))),
    withheld: row?.withheld ?? null,
    duplicates: await products(and(isNotNull(collectProducts.duplicateOf), isNull(collectProducts.goneCrawl))),
    photosOwed: await products(and(isOwn, isNull(collectProducts.goneCrawl), gt(collectProducts.owed, 0))),
    problems,
  };
}

/** The products that a crawl found new, changed or gone. */
export async function changesOf(
  db: Queries,
  { site, crawl, change, page, limit }: { site: string; crawl: number; change: Change; page: number; limit: number },
) {
  const condition = and(
    eq(collectProducts.site, site),
    isNull(collectProducts.duplicateOf),
    conditionOf(change, crawl),
  );
  const items = await db
    .select({
      productId: collectProducts.productId,
      key: collectProducts.key,
      name: sql<string>`coalesce(${catalogue.title}, ${collectProducts.name})`,
      url: collectProducts.url,
    })
    .from(collectProducts)
    .leftJoin(catalogue, eq(catalogue.id, collectProducts.productId))
    .where(condition)
    .orderBy(asc(collectProducts.name), asc(collectProducts.key))
    .limit(limit)
    .offset((page - 1) * limit);
  const [counted] = await db.select({ total: count() }).from(collectProducts).where(condition);
  return { items, total: counted?.total ?? 0, page, limit };
}
