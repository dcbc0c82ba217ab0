import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import type { Queries } from '../../platform/database/database.js';
import { rowChunks } from '../../platform/database/row-chunks.js';
import { collectPages, type PageRow } from '../tables.js';

/** A page to be visited. */
export interface Target {
  url: string;
  depth: number;
  category: string[];
}

/** How far a crawl is, in pages. */
export interface Count {
  waiting: number;
  done: number;
  failed: number;
}

const NOTHING = { links: [], products: [], emptied: false };

/** The pages of one crawl of a site, in the database: whatever dies, the pages that wait still wait. */
export class Frontier {
  constructor(
    private readonly site: string,
    private readonly crawl: number,
  ) {}

  /** Adds pages that this crawl has not met, at most `room` of them. @returns how many were new to it */
  async add(db: Queries, targets: readonly Target[], room: number): Promise<number> {
    const unique = [...new Map(targets.map((target) => [target.url, target])).values()];
    let added = 0;
    for (const chunk of rowChunks(unique)) {
      // Those it has met take no room from those it has not.
      const left = Math.max(0, room - added);
      const fresh = chunk.length > left ? (await this.#unmet(db, chunk)).slice(0, left) : chunk;
      if (fresh.length) added += await this.#addChunk(db, fresh);
    }
    return added;
  }

  async #unmet(db: Queries, targets: readonly Target[]): Promise<Target[]> {
    const urls = targets.map(({ url }) => url);
    const rows = await db
      .select({ url: collectPages.url })
      .from(collectPages)
      .where(
        and(eq(collectPages.site, this.site), eq(collectPages.crawl, this.crawl), inArray(collectPages.url, urls)),
      );
    const met = new Set(rows.map(({ url }) => url));
    return targets.filter(({ url }) => !met.has(url));
  }

  async #addChunk(db: Queries, targets: readonly Target[]): Promise<number> {
    const { site, crawl } = this;
    const added = await db
      .insert(collectPages)
      .values(targets.map((target) => ({ ...target, site, crawl, state: 'waiting' as const, ...NOTHING })))
      .onConflictDoUpdate({
        target: [collectPages.site, collectPages.url],
        set: {
          crawl,
          state: 'waiting',
          depth: sql`excluded.depth`,
          category: sql`excluded.category`,
          problem: null,
          emptied: false,
        },
        setWhere: ne(collectPages.crawl, crawl),
      })
      .returning({ url: collectPages.url });
    return added.length;
  }

  /** Pages that wait, near the start first, those under way left out. */
  async next(db: Queries, limit: number, underWay: ReadonlySet<string>): Promise<PageRow[]> {
    const rows = await db
      .select()
      .from(collectPages)
      .where(
        and(eq(collectPages.site, this.site), eq(collectPages.crawl, this.crawl), eq(collectPages.state, 'waiting')),
      )
      .orderBy(collectPages.depth, collectPages.url)
      .limit(limit + underWay.size);
    return rows.filter(({ url }) => !underWay.has(url)).slice(0, limit);
  }

  async count(db: Queries): Promise<Count> {
    const rows = await db
      .select({ state: collectPages.state, pages: sql<number>`count(*)`.mapWith(Number) })
      .from(collectPages)
      .where(and(eq(collectPages.site, this.site), eq(collectPages.crawl, this.crawl)))
      .groupBy(collectPages.state);
    const of = (state: PageRow['state']) => rows.find((row) => row.state === state)?.pages ?? 0;
    return { waiting: of('waiting'), done: of('done'), failed: of('failed') };
  }

  /** Notes pages as visited, and an alias of each that has one, so that no link leads to the same page again. */
  async finish(db: Queries, pages: readonly PageRow[]): Promise<void> {
    if (pages.length === 0) return;
    const from = (column: string) => sql.raw(`excluded.${column}`);
    await db
      .insert(collectPages)
      .values([...pages])
      .onConflictDoUpdate({
        target: [collectPages.site, collectPages.url],
        set: {
          ...{ crawl: from('crawl'), state: from('state'), problem: from('problem'), etag: from('etag') },
          ...{ lastModified: from('last_modified'), links: from('links'), products: from('products') },
          emptied: from('emptied'),
        },
      });
  }
}
