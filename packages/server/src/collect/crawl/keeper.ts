import { createHash } from 'node:crypto';
import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import { relistProducts, unlistedOf } from '../../catalogue/listing.js';
import { putProducts } from '../../catalogue/put-products.js';
import { fold } from '../../catalogue/search-text.js';
import type { Queries } from '../../platform/database/database.js';
import { isOneOf } from '../../platform/database/is-one-of.js';
import { rowChunks } from '../../platform/database/row-chunks.js';
import type { Site } from '../config.js';
import { collectProducts, type KnownProduct, type PageRow, type Told } from '../tables.js';
import { putCategories } from './categories.js';
import type { Frontier, Target } from './frontier.js';
import { looksSame } from './look.js';
import { sourcedOf } from './sourced.js';
import type { Sighting, Visit } from './visit.js';

/** What a site's products are called in the catalogue: the same at every visit, whatever was lost between. */
const catalogueId = (site: string, key: string) =>
  `${site}-${createHash('sha256').update(key).digest('hex').slice(0, 20)}`;
const toldBy = ({ product, photos }: Sighting): Told => ({ product, photos: photos.map(({ hash }) => hash) });
const nameOf = ({ product }: Sighting) => fold(product.name).replace(/\s+/g, ' ').slice(0, 300);

/** What is known of the products of some sightings, and of those that bear their names. */
interface Known {
  byKey: Map<string, KnownProduct>;
  byName: Map<string, KnownProduct[]>;
  /** Ids that the catalogue lost: products withdrawn so long ago that it forgot them. */
  unlisted: Set<string>;
}

/**
 * Keeps what visits brought: pages, links, products. Each batch is one transaction, so that after a crash a page was
 * visited with all that came of it, or not at all. Keeping the same visits again changes nothing.
 */
export class Keeper {
  constructor(
    private readonly db: Queries,
    private readonly site: Site,
    private readonly crawl: number,
    private readonly frontier: Frontier,
  ) {}

  /** @returns how many pages the visits led to that the crawl had not met */
  keep(visits: readonly Visit[], room: number): Promise<number> {
    return this.db.transaction(async (transaction) => {
      const tx = transaction as Queries;
      const aliases = visits.flatMap(({ page, alias }): PageRow[] => (alias ? [{ ...page, url: alias }] : []));
      await this.frontier.finish(
        tx,
        dedupe([...aliases, ...visits.map(({ page }) => page)], ({ url }) => url),
      );
      const added = await this.frontier.add(
        tx,
        visits.flatMap((visit) => this.#targets(visit)),
        room,
      );
      const sightings = dedupe(
        visits.flatMap((visit) => visit.sightings).sort((one, other) => Number(one.paged) - Number(other.paged)),
        ({ key }) => key,
      );
      await this.#products(tx, sightings);
      await this.#seen(
        tx,
        visits.flatMap(({ page }) => page.products),
      );
      return added;
    });
  }

  #targets({ page }: Visit): Target[] {
    if (page.depth >= this.site.limits.depth) return [];
    return page.links.map((url) => ({ url, depth: page.depth + 1, category: page.category }));
  }

  async #products(tx: Queries, sightings: readonly Sighting[]): Promise<void> {
    if (sightings.length === 0) return;
    const known = await this.#known(tx, sightings);
    const fresh = sightings.filter((sighting) => isFresh(sighting, known));
    const rows = fresh.map((sighting) => this.#row(sighting, known.byKey.get(sighting.key), known.byName));
    const listed = rows.flatMap(({ productId, duplicateOf }, index) =>
      duplicateOf === null ? [{ productId, told: toldBy(fresh[index]!) }] : [],
    );
    await putCategories(
      tx,
      listed.map(({ told: { product } }) => product.category),
    );
    await putProducts(
      tx,
      listed.map(({ productId, told }) => sourcedOf(productId, told)),
    );
    for (const chunk of rowChunks(rows)) await this.#put(tx, chunk);
  }

  async #put(tx: Queries, rows: KnownProduct[]): Promise<void> {
    const from = (column: string) => sql.raw(`excluded.${column}`);
    await tx
      .insert(collectProducts)
      .values(rows)
      .onConflictDoUpdate({
        target: [collectProducts.site, collectProducts.key],
        set: {
          ...{ url: from('url'), name: from('name'), content: from('content'), paged: from('paged') },
          ...{
            look: from('look'),
            told: from('told'),
            owed: from('owed'),
            changedCrawl: from('changed_crawl'),
            lastCrawl: from('last_crawl'),
          },
        },
      });
  }

  async #known(tx: Queries, sightings: readonly Sighting[]): Promise<Known> {
    const ofSite = eq(collectProducts.site, this.site.name);
    const keys = sightings.map(({ key }) => key);
    const rows = await tx
      .select()
      .from(collectProducts)
      .where(and(ofSite, isOneOf(collectProducts.key, keys)));
    const names = [...new Set(sightings.map(nameOf))];
    const named = await tx
      .select()
      .from(collectProducts)
      .where(
        and(
          ofSite,
          isOneOf(collectProducts.name, names),
          isNull(collectProducts.duplicateOf),
          isNull(collectProducts.goneCrawl),
        ),
      );
    const byName = new Map<string, KnownProduct[]>();
    for (const row of named) byName.set(row.name, [...(byName.get(row.name) ?? []), row]);
    const unlisted = await unlistedOf(
      tx,
      rows.map(({ productId }) => productId),
    );
    return { byKey: new Map(rows.map((row) => [row.key, row])), byName, unlisted };
  }

  #row(sighting: Sighting, before: KnownProduct | undefined, byName: Map<string, KnownProduct[]>): KnownProduct {
    const { key, content, paged, product, photos, owed } = sighting;
    const { crawl } = this;
    const name = nameOf(sighting);
    const look = photos[0]?.look ?? null;
    const alike = before ? [] : (byName.get(name) ?? []);
    // Two ids with one name and one photo are one product, shown twice.
    const twin = alike.find((other) => other.key !== key && look && other.look && looksSame(other.look, look));
    const duplicateOf = before ? before.duplicateOf : (twin?.productId ?? null);
    const row: KnownProduct = {
      ...{ site: this.site.name, key, productId: before?.productId ?? catalogueId(this.site.name, key) },
      ...{ url: product.url, name, content, paged, owed, look, goneCrawl: before?.goneCrawl ?? null, lastCrawl: crawl },
      ...{ duplicateOf, told: duplicateOf === null ? null : toldBy(sighting) },
      firstCrawl: before?.firstCrawl ?? crawl,
      // The first reading of a product's own page completes what a listing told.
      changedCrawl: before && (before.content === content || (!before.paged && paged)) ? before.changedCrawl : crawl,
    };
    if (row.duplicateOf === null) byName.set(name, [...(byName.get(name) ?? []), row]);
    return row;
  }

  /** What an earlier crawl found gone is there again; what a person deleted stays so. */
  async #restore(tx: Queries, keys: readonly string[]): Promise<void> {
    const { site, crawl } = this;
    const back = await tx
      .update(collectProducts)
      .set({ goneCrawl: null, changedCrawl: crawl })
      .where(
        and(
          eq(collectProducts.site, site.name),
          isOneOf(collectProducts.key, [...new Set(keys)]),
          isNotNull(collectProducts.goneCrawl),
        ),
      )
      .returning({ id: collectProducts.productId });
    const ids = back.map(({ id }) => id);
    await relistProducts(tx, ids);
  }

  async #seen(tx: Queries, keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await this.#restore(tx, keys);
    await tx
      .update(collectProducts)
      .set({ lastCrawl: this.crawl })
      .where(and(eq(collectProducts.site, this.site.name), isOneOf(collectProducts.key, [...new Set(keys)])));
  }
}

/** Whether a sighting tells more than is known of its product. */
function isFresh({ key, content, paged, owed }: Sighting, { byKey, unlisted }: Known): boolean {
  const before = byKey.get(key);
  if (!before || (before.duplicateOf === null && unlisted.has(before.productId))) return true;
  // A listing tells less than the product's own page, which has told already.
  if (before.paged && !paged) return false;
  const isUntold = before.duplicateOf !== null && before.told === null;
  return isUntold || before.content !== content || before.paged !== paged || before.owed !== owed;
}

/** The last of each key. */
function dedupe<T>(values: readonly T[], keyOf: (value: T) => string): T[] {
  return [...new Map(values.map((value) => [keyOf(value), value])).values()];
}
