import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Product } from '../../catalogue/products.js';
import type { Job } from '../../platform/jobs/job.js';
import { removeDir, testDataDir } from '../../platform/testing/data-dir.test.fixture.js';
import { openServer, type Server, type ServerOptions } from '../../server.js';
import { type Send, sender } from '../../testing/http.test.fixture.js';
import type { Report } from '../report.js';
import { TestShop } from './shop.test.fixture.js';

interface Site {
  job: Job;
  report: Report;
}

/** A server that collects a test shop. */
export class Collecting {
  private constructor(
    readonly shop: TestShop,
    readonly server: Server,
    readonly send: Send,
    private readonly dataDir: string,
  ) {}

  static async open(
    products: number,
    { serveModels = false }: Pick<ServerOptions, 'serveModels'> = {},
  ): Promise<Collecting> {
    const dataDir = await testDataDir();
    const server = await openServer({
      ...{ dataDir, listen: false, logLevel: 'error', sampleShop: false, serveModels, requestsPerMinute: 0 },
      collectFrom: ['127.0.0.1'],
    });
    return new Collecting(await new TestShop(products).open(), server, sender(server), dataDir);
  }

  async close(): Promise<void> {
    await this.server.close();
    this.shop.close();
    await removeDir(this.dataDir);
  }

  /** One crawl with the shop's config and more lines after it; what its report says. */
  collect(more = '', acceptGone = false): Promise<Report> {
    return this.collectBy(this.shop.config(more), acceptGone);
  }

  /** One crawl by a config of a site of the shop's name. */
  async collectBy(config: string, acceptGone = false): Promise<Report> {
    const put = await this.send('POST', '/collect/sites', { config });
    expect(put.body.error).toBeUndefined();
    await this.send('POST', '/collect/sites/test-shop/start', { acceptGone });
    const { job, report } = await this.ended();
    expect(job).toMatchObject({ state: 'succeeded' });
    return report;
  }

  /** What is listed, by the shop's ids. */
  async listed(): Promise<Map<string, Product>> {
    const { body } = await this.send('GET', '/products?limit=200');
    return new Map((body.items as Product[]).map((product) => [product.sku ?? '', product]));
  }

  /** The site of the shop's name. */
  async site(): Promise<Site> {
    return (await this.send('GET', '/collect/sites/test-shop')).body as unknown as Site;
  }

  /** The same once its crawl has ended. */
  async ended(): Promise<Site> {
    for (;;) {
      const site = await this.site();
      if (site.job.state !== 'queued' && site.job.state !== 'running') return site;
      await sleep(20);
    }
  }
}
