import type { Queries } from '../../platform/database/database.js';
import type { Progress } from '../../platform/jobs/job.js';
import type { Site } from '../config.js';
import type { PageReader } from '../extract/page-reader.js';
import type { Fetcher } from '../fetching/fetcher.js';
import { type Clock, systemClock } from '../fetching/pace.js';
import type { PageRow } from '../tables.js';
import { type Count, Frontier } from './frontier.js';
import { Keeper } from './keeper.js';
import { patiently } from './patience.js';
import type { Photos } from './photos.js';
import { sweep } from './sweep.js';
import { type Visit, visit } from './visit.js';

const BATCH = 100;
const TELL_MS = 1000;

export interface CrawlOptions {
  db: Queries;
  site: Site;
  /** Which crawl of the site it is: the same number goes on where it stopped. */
  crawl: number;
  /** Whether a person said that what it does not find is gone, however much it is. */
  acceptGone?: boolean;
  fetcher: Pick<Fetcher, 'page'>;
  reader: Pick<PageReader, 'read'>;
  photos: Pick<Photos, 'of' | 'note'>;
  signal: AbortSignal;
  progress(progress: Progress): void;
  clock?: Pick<Clock, 'now'>;
}

/**
 * Visits all pages of a site that its config leads to, several at a time, and keeps what they bring in batches. A
 * database that can't be reached for a while is waited for; any other failure ends the crawl, whose pages not kept by
 * then wait for the next run.
 */
export class Crawl {
  readonly #frontier: Frontier;
  readonly #keeper: Keeper;
  /** Pages taken from the frontier whose visit is not kept yet. */
  readonly #underWay = new Set<string>();
  readonly #ready: PageRow[] = [];
  readonly #visits: Visit[] = [];
  readonly #clock: Pick<Clock, 'now'>;
  /** Never rejects: nobody may be waiting for it. */
  #keeping: Promise<void> | undefined;
  /** What ends the crawl: the first failure of a visit or of keeping some. */
  #failure: { error: unknown } | undefined;
  #taking: Promise<PageRow | undefined> = Promise.resolve(undefined);
  #total = 0;
  #kept = 0;
  #toldAt = 0;

  constructor(private readonly options: CrawlOptions) {
    const { db, site, crawl, clock = systemClock } = options;
    this.#clock = clock;
    this.#frontier = new Frontier(site.name, crawl);
    this.#keeper = new Keeper(db, site, crawl, this.#frontier);
  }

  /** @returns whether every page was visited that the config leads to, within its limit of pages */
  async run(): Promise<boolean> {
    const { db, site, crawl, acceptGone = false, signal } = this.options;
    const starts = site.start.map(({ url, category }) => ({ url: new URL(url).href, category, depth: 0 }));
    await patiently(signal, () => this.#frontier.add(db, starts, starts.length));
    this.#total = await this.#met();
    const startedAt = this.#clock.now();
    const workers = Array.from({ length: site.limits.concurrency }, () => this.#work(startedAt));
    await Promise.all(workers);
    await this.#keeping;
    signal.throwIfAborted();
    if (this.#failure) throw this.#failure.error;
    await this.#tell(startedAt);
    const isWhole = this.#total < site.limits.pages;
    if (isWhole) await patiently(signal, () => sweep({ db, site, crawl, acceptGone }));
    return isWhole;
  }

  async #work(startedAt: number): Promise<void> {
    try {
      await this.#visitAll(startedAt);
    } catch (error) {
      this.#failure ??= { error };
    }
  }

  async #visitAll(startedAt: number): Promise<void> {
    const { site, fetcher, reader, photos, acceptGone = false, signal } = this.options;
    for (let page = await this.#next(); page; page = await this.#next()) {
      signal.throwIfAborted();
      const answer = await fetcher.page(page.url, page);
      const visited = await visit(
        page,
        answer,
        (fetched) => reader.read(fetched, site),
        (product) => photos.of(product.images, site.images.max),
        acceptGone,
      );
      this.#visits.push(visited);
      this.#keeping ??= this.#keep(startedAt);
      // What is kept slower than it is fetched must not pile up.
      if (this.#visits.length > BATCH) await this.#keeping;
    }
  }

  /** One page at a time is handed out; undefined when none is left and none can come, or the crawl has failed. */
  #next(): Promise<PageRow | undefined> {
    this.#taking = this.#taking.then(() => this.#take());
    return this.#taking;
  }

  async #take(): Promise<PageRow | undefined> {
    const { db, signal } = this.options;
    for (;;) {
      signal.throwIfAborted();
      // The page of a failed visit stays under way: waiting for it would never end.
      if (this.#failure) return undefined;
      const page = this.#ready.shift();
      if (page) return page;
      const rows = await patiently(signal, () => this.#frontier.next(db, BATCH, this.#underWay));
      for (const row of rows) this.#underWay.add(row.url);
      this.#ready.push(...rows);
      if (rows.length > 0) continue;
      if (this.#underWay.size === 0) return undefined;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async #keep(startedAt: number): Promise<void> {
    try {
      while (this.#visits.length > 0) await this.#keepBatch(this.#visits.splice(0, BATCH), startedAt);
    } catch (error) {
      this.#failure ??= { error };
    } finally {
      // In the same turn as the last look at what waits, so that no visit falls between this keeping and the next.
      this.#keeping = undefined;
    }
  }

  async #keepBatch(batch: Visit[], startedAt: number): Promise<void> {
    const { photos, signal, site } = this.options;
    await patiently(signal, () => photos.note());
    let tries = 0;
    await patiently(signal, async () => {
      // What lost its connection at the end may have been kept: its pages are in the database, and new to it no more.
      if (tries++ > 0) this.#total = await this.#met();
      this.#total += await this.#keeper.keep(batch, site.limits.pages - this.#total);
    });
    for (const { page } of batch) this.#underWay.delete(page.url);
    this.#kept += batch.length;
    if (this.#clock.now() - this.#toldAt < TELL_MS) return;
    this.#toldAt = this.#clock.now();
    await this.#tell(startedAt);
  }

  #count(): Promise<Count> {
    const { db, signal } = this.options;
    return patiently(signal, () => this.#frontier.count(db));
  }

  /** How many pages the crawl has met. */
  async #met(): Promise<number> {
    const { waiting, done, failed } = await this.#count();
    return waiting + done + failed;
  }

  async #tell(startedAt: number): Promise<void> {
    const { waiting, done, failed } = await this.#count();
    const perSecond = this.#kept / Math.max(0.001, (this.#clock.now() - startedAt) / 1000);
    const all = waiting + done + failed;
    const text = `${done + failed} of ${all} pages, ${Math.round(perSecond * 60)} a minute`;
    this.options.progress({
      fraction: (done + failed) / Math.max(1, all),
      message: failed ? `${text}, ${failed} failed` : text,
      secondsLeft: waiting / perSecond,
    });
  }
}
