import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { VitrineError } from '@vitrine/models';
import { asc, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Images } from '../catalogue/images.js';
import type { Queries } from '../platform/database/database.js';
import type { Job, JobContext } from '../platform/jobs/job.js';
import type { JobKind, Jobs } from '../platform/jobs/queue.js';
import type { collectSiteSchema } from './api.js';
import type { Site } from './config.js';
import { Crawl } from './crawl/crawl.js';
import { Photos } from './crawl/photos.js';
import { askAnew } from './crawl/reading.js';
import { PageReader } from './extract/page-reader.js';
import { changesOf, type Report, reportOf } from './report.js';
import { collectSites } from './tables.js';

type CollectSite = z.infer<typeof collectSiteSchema>;
type SiteRow = typeof collectSites.$inferSelect;

const readyDirectory = fileURLToPath(new URL('../../sites/', import.meta.url));
/** A crawl of days outlives many restarts: each begins where the last one stopped. */
const ATTEMPTS = 1000;
const CRAWLS_AT_ONCE = 4;
const input = z.object({ site: z.string(), acceptGone: z.boolean().default(false) });
type Input = z.infer<typeof input>;
const isOpen = ({ state }: Job) => state === 'queued' || state === 'running';

/** What reads configs and calls shops takes its time to load, which a command that does neither shall not wait for. */
const loadTools = async () => {
  const [{ parseSite }, { Fetcher }] = await Promise.all([import('./config.js'), import('./fetching/fetcher.js')]);
  return { parseSite, Fetcher };
};

export interface CollectOptions {
  db: Queries;
  jobs: Jobs;
  images: Images;
  /** Which addresses may be called. */
  isAllowed(address: string): boolean;
}

/** Shops' sites: their configs, crawls and what those brought. */
export class Collect {
  readonly #crawls: JobKind<Input>;
  readonly #previews = new PageReader();

  constructor(private readonly options: CollectOptions) {
    this.#crawls = options.jobs.define({
      kind: 'collect',
      input,
      concurrency: CRAWLS_AT_ONCE,
      attempts: ATTEMPTS,
      handler: (context) => this.#crawl(context),
    });
  }

  /** Ends the thread that previews are read in; crawls end with their jobs. */
  close(): Promise<void> {
    return this.#previews.close();
  }

  async list(): Promise<CollectSite[]> {
    const rows = await this.options.db.select().from(collectSites).orderBy(asc(collectSites.name));
    return Promise.all(rows.map((row) => this.#describe(row)));
  }

  /** @throws VitrineError `collect.unknown` (404) */
  async get(name: string): Promise<CollectSite> {
    return this.#describe(await this.#row(name));
  }

  /** Adds a site, or changes it. @throws VitrineError `collect.config` (422), `collect.underWay` (409) */
  async put(config: string): Promise<CollectSite> {
    const { db } = this.options;
    const { parseSite } = await loadTools();
    const { name } = parseSite(config);
    const [known] = await db.select().from(collectSites).where(eq(collectSites.name, name));
    const job = known && (await this.#job(known));
    if (known && known.config !== config && job && isOpen(job))
      throw new VitrineError(
        'collect.underWay',
        `The site "${name}" is being collected with another config; wait for it or cancel it first.`,
        409,
      );
    await db
      .insert(collectSites)
      .values({ name, config })
      .onConflictDoUpdate({ target: collectSites.name, set: { config, updatedAt: sql`now()` } });
    return this.get(name);
  }

  /** Cancels its crawl and forgets it. @throws VitrineError `collect.unknown` (404) */
  async delete(name: string): Promise<void> {
    const { db, jobs } = this.options;
    const { jobId } = await this.#row(name);
    if (jobId) await jobs.cancel(jobId);
    await db.delete(collectSites).where(eq(collectSites.name, name));
  }

  /**
   * The crawl under way, else a new job, which goes on with a crawl that was stopped.
   * @param acceptGone what the new job does not find is gone, however much it is
   * @throws VitrineError `collect.unknown` (404), `collect.underWay` (409) where a crawl is that accepts less
   */
  async start(name: string, userId: string | null, acceptGone = false): Promise<Job> {
    const row = await this.#row(name);
    const running = await this.#job(row);
    if (running && isOpen(running)) {
      if (!acceptGone || (await this.#accepts(running.id))) return running;
      const sentence =
        'The site is being collected already: wait until it is done or stop it, then accept what is gone.';
      throw new VitrineError('collect.underWay', sentence, 409, { job: running.id });
    }
    const job = await this.#crawls.start({ site: name, acceptGone }, userId);
    await this.options.db.update(collectSites).set({ jobId: job.id }).where(eq(collectSites.name, name));
    return job;
  }

  /**
   * What a config reads from one page.
   * @throws VitrineError `collect.config` (422), `collect.page` (422) where the page can't be had,
   * `collect.slow`, `collect.unreadable` (422)
   */
  async preview(config: string, url: string) {
    const { parseSite, Fetcher } = await loadTools();
    const site = parseSite(config);
    const limits = { ...site.limits, retries: 0 };
    const fetcher = new Fetcher(limits, site.userAgent, this.options.isAllowed, AbortSignal.timeout(60_000));
    try {
      const answer = await fetcher.page(url);
      if (answer.kind !== 'page')
        throw new VitrineError('collect.page', answer.kind === 'unchanged' ? 'It is unchanged.' : answer.problem, 422);
      const onHost = { ...site, hosts: [...(site.hosts ?? []), new URL(answer.url).host] };
      const { products, links } = await this.#previews.read(answer, onHost);
      return { products, links };
    } finally {
      await fetcher.close();
    }
  }

  async changes(name: string, query: Pick<Parameters<typeof changesOf>[1], 'change' | 'page' | 'limit'>) {
    const { crawl } = await this.#row(name);
    return changesOf(this.options.db, { site: name, crawl, ...query });
  }

  /** Configs of well-known shops that come along. */
  async ready(): Promise<{ name: string; config: string }[]> {
    const files = (await readdir(readyDirectory)).filter((file) => file.endsWith('.yaml')).sort();
    return Promise.all(
      files.map(async (file) => ({
        name: file.replace('.yaml', ''),
        config: await readFile(readyDirectory + file, 'utf8'),
      })),
    );
  }

  async #crawl({ input, signal, progress, step }: JobContext<Input>): Promise<Report> {
    const { db, images, isAllowed } = this.options;
    const { parseSite, Fetcher } = await loadTools();
    const { name } = await this.#row(input.site);
    const site = parseSite((await this.#row(name)).config);
    const crawl = await step('begin', () => this.#begin(site));
    const fetcher = new Fetcher(site.limits, site.userAgent, isAllowed, signal);
    const reader = new PageReader();
    const stop = () => void reader.close();
    signal.addEventListener('abort', stop, { once: true });
    try {
      const photos = new Photos(db, images, fetcher, signal);
      const { acceptGone } = input;
      await new Crawl({ db, site, crawl, acceptGone, fetcher, reader, photos, signal, progress }).run();
    } finally {
      signal.removeEventListener('abort', stop);
      await Promise.all([fetcher.close(), reader.close()]);
    }
    await db.update(collectSites).set({ finished: true }).where(eq(collectSites.name, name));
    const report = await reportOf(db, name, crawl);
    if (report.failed === report.pages) throw nothing(site, report);
    return report;
  }

  /** The number of the crawl that was stopped, or of a new one. */
  async #begin(site: Site): Promise<number> {
    await askAnew(this.options.db, site);
    const [row] = await this.options.db
      .update(collectSites)
      .set({ crawl: sql`${collectSites.crawl} + ${collectSites.finished}::int`, finished: false, withheld: null })
      .where(eq(collectSites.name, site.name))
      .returning();
    return row?.crawl ?? 1;
  }

  async #row(name: string): Promise<SiteRow> {
    const [row] = await this.options.db.select().from(collectSites).where(eq(collectSites.name, name));
    if (row) return row;
    throw new VitrineError('collect.unknown', `There is no site "${name}"; see GET /collect/sites.`, 404);
  }

  /** Whether what a crawl under way does not find is gone, however much it is. */
  async #accepts(jobId: string): Promise<boolean> {
    const open = await this.options.jobs.findOpen(jobId);
    return input.safeParse(open?.input).data?.acceptGone === true;
  }

  async #job({ jobId }: SiteRow): Promise<Job | null> {
    return jobId ? this.options.jobs.get(jobId) : null;
  }

  async #describe(row: SiteRow): Promise<CollectSite> {
    const { name, config, crawl } = row;
    return {
      ...{ name, config, job: await this.#job(row), report: await reportOf(this.options.db, name, crawl) },
      ...{ createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() },
    };
  }
}

function nothing({ name }: Site, { problems }: Report): VitrineError {
  const why = problems[0] ? ` ${problems[0].url}: ${problems[0].problem}` : '';
  return new VitrineError('collect.nothing', `No page of the site "${name}" could be read.${why}`, 422);
}
