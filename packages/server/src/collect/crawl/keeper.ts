import { createHash } from 'node:crypto';
import { and, eq, isNotNull, isNull, lt, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { putProducts, type SourcedProduct } from '../../catalogue/put-products.js';
import { fold } from '../../catalogue/search-text.js';
import { products as catalogue } from '../../catalogue/tables.js';
import type { Queries } from '../../platform/database/database.js';
import { rowChunks } from '../../platform/database/row-chunks.js';
import type { Site } from '../config.js';
import { collectProducts, type KnownProduct, type PageRow } from '../tables.js';
import { categoryCode, putCategories } from './categories.js';
import type { Frontier, Target } from './frontier.js';
import { looksSame } from './look.js';
import type { Sighting, Visit } from './visit.js';

/** What a site's products are called in the catalogue: the same at every visit, whatever was lost between. */
const catalogueId = (site: string, key: string) =>
  `${site}-${createHash('sha256').update(key).digest('hex').slice(0, 20)}`;
const nameOf = ({ product }: Sighting) => fold(product.name).replace(/\s+/g, ' ').slice(0, 300);

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
    const fresh = sightings.filter((sighting) => {
      const before = known.byKey.get(sighting.key);
      if (!before) return true;
      // A listing tells less than the product's own page, which has told already.
      return before.paged && !sighting.paged
        ? false
        : before.content !== sighting.content || before.paged !== sighting.paged;
    });
    const rows = fresh.map((sighting) => this.#row(sighting, known.byKey.get(sighting.key), known.byName));
    const listed = fresh.filter((_, index) => rows[index]?.duplicateOf === null);
    await putCategories(
      tx,
      listed.map(({ product }) => product.category),
    );
    await putProducts(
      tx,
      listed.map((sighting) => this.#sourced(sighting)),
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
            changedCrawl: from('changed_crawl'),
            lastCrawl: from('last_crawl'),
          },
        },
      });
  }

  async #known(tx: Queries, sightings: readonly Sighting[]) {
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
      .where(and(ofSite, isOneOf(collectProducts.name, names), isNull(collectProducts.duplicateOf)));
    const byName = new Map<string, KnownProduct[]>();
    for (const row of named) byName.set(row.name, [...(byName.get(row.name) ?? []), row]);
    return { byKey: new Map(rows.map((row) => [row.key, row])), byName };
  }

  #row(sighting: Sighting, before: KnownProduct | undefined, byName: Map<string, KnownProduct[]>): KnownProduct {
    const { key, content, paged, product, photos } = sighting;
    const { crawl } = this;
    const name = nameOf(sighting);
    const look = photos[0]?.look ?? null;
    const alike = before ? [] : (byName.get(name) ?? []);
    // Two ids with one name and one photo are one product, shown twice.
    const twin = alike.find((other) => other.key !== key && look && other.look && looksSame(other.look, look));
    const row: KnownProduct = {
      ...{ site: this.site.name, key, productId: catalogueId(this.site.name, key), url: product.url, name, content },
      ...{ paged, look, goneCrawl: before?.goneCrawl ?? null, lastCrawl: crawl },
      duplicateOf: before ? before.duplicateOf : (twin?.productId ?? null),
      firstCrawl: before?.firstCrawl ?? crawl,
      // The first reading of a product's own page completes what a listing told.
      changedCrawl: before && !before.paged && paged ? before.changedCrawl : crawl,
    };
    if (row.duplicateOf === null) byName.set(name, [...(byName.get(name) ?? []), row]);
    return row;
  }

  #sourced({ key, product, photos }: Sighting): SourcedProduct {
    const { name, description, category, price, currency, url } = product;
    return {
      id: catalogueId(this.site.name, key),
      ...{ sku: product.id, title: name, description, category: categoryCode(category) },
      ...{ price, currency, brand: product.brand, colour: product.colour, images: photos.map(({ hash }) => hash) },
      attributes: { page: url.slice(0, 1000) },
    };
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
    if (ids.length && site.gone === 'remove')
      await tx.update(catalogue).set({ deletedAt: null }).where(isOneOf(catalogue.id, ids));
  }

  async #seen(tx: Queries, keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await this.#restore(tx, keys);
    await tx
      .update(collectProducts)
      .set({ lastCrawl: this.crawl })
      .where(and(eq(collectProducts.site, this.site.name), isOneOf(collectProducts.key, [...new Set(keys)])));
  }

  /** After a whole crawl: products that no page showed any more are gone. */
  async sweep(): Promise<void> {
    const { crawl, site } = this;
    await this.db.transaction(async (transaction) => {
      const tx = transaction as Queries;
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
      const ids = gone.map(({ id }) => id);
      if (site.gone === 'remove' && ids.length)
        await tx
          .update(catalogue)
          .set({ deletedAt: sql`now()` })
          .where(and(isOneOf(catalogue.id, ids), isNull(catalogue.deletedAt)));
    });
  }
}

/** Like `inArray`, which takes a parameter for each value: this takes one for all, however many there are. */
function isOneOf(column: PgColumn, values: readonly string[]): SQL {
  return sql`${column} = any(${sql.param(values)})`;
}

/** The last of each key. */
function dedupe<T>(values: readonly T[], keyOf: (value: T) => string): T[] {
  return [...new Map(values.map((value) => [keyOf(value), value])).values()];
}
