import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, pageOptions } from './browser.js';
import { promoteColours } from './colour-encoder.js';
import { type ShopServer, startShopServer } from './shop-server.js';
import {
  fillShop,
  owner,
  ownerClient,
  searchByPhoto,
  stoppedPipeline,
  trainClassifier,
  trainEncoder,
} from './small-shop.js';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const widths = [390, 1280];
const themes = ['light', 'dark'] as const;
/** Every page, with the tab or dialog to open on it. */
const pages: [path: string, tab?: string | undefined, dialog?: string][] = [
  ['/list'],
  ['/products'],
  ['/products/{product}'],
  ['/products/{product}/edit'],
  ['/search'],
  ['/search?search={search}'],
  ['/search?search={search}&crop=0.2%2C0.1%2C0.5%2C0.6&maxPrice=1'],
  ['/search?words=red+dress'],
  ['/search?words=red+dress&minPrice=100000'],
  ['/search/index'],
  ['/collect'],
  ['/collect', undefined, 'Add a site'],
  ['/data'],
  ['/data', undefined, 'Import'],
  ['/data/shop'],
  ['/data/shop', 'Classes'],
  ['/data/shop', 'Rejected (0)'],
  ['/runs'],
  ['/runs/new'],
  ['/runs/1'],
  ['/runs/1', 'Confusion'],
  ['/runs/1', 'Classes'],
  ['/runs/1', 'Log'],
  ['/runs/2'],
  ['/runs/2', 'Embedding'],
  ['/pipelines'],
  ['/pipelines', undefined, 'Start a pipeline'],
  ['/pipelines/1'],
  ['/models'],
  ['/account'],
  ['/account', 'API keys'],
  ['/account', 'Sessions'],
  ['/admin'],
  ['/admin', 'Audit'],
  ['/admin', 'System'],
  ['/nowhere'],
];

let server: ShopServer;
let browser: Browser;
let product: string;
let search: string;
let state: Awaited<ReturnType<Awaited<ReturnType<Browser['newContext']>>['storageState']>>;

beforeAll(async () => {
  [server, browser] = await Promise.all([startShopServer(), launchBrowser()]);
  const context = await browser.newContext({ baseURL: server.url });
  await context.request.post('/api/v1/auth/register', { data: owner, headers: { origin: server.url } });
  state = await context.storageState();
  await context.close();
  const api = await ownerClient(server.url, state.cookies.map(({ name, value }) => `${name}=${value}`).join('; '));
  await fillShop(api, { products: 60, photos: 48 });
  await trainClassifier(api);
  await trainEncoder(api);
  await stoppedPipeline(api);
  const { data } = await api.GET('/api/v1/products', { params: { query: { limit: 1 } } });
  product = data?.items[0]?.id ?? '';
  search = await searchByPhoto(api);
  await promoteColours(server);
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
}, 60_000);

describe.each(themes)('in the %s theme', (theme) => {
  describe.each(widths)('at %i pixels', (width) => {
    it('every page is free of accessibility faults and does not scroll sideways', async () => {
      const open = async (signedIn: boolean) => {
        const context = await browser.newContext({
          ...pageOptions,
          baseURL: server.url,
          colorScheme: theme,
          viewport: { width, height: 900 },
          ...(signedIn ? { storageState: state } : {}),
        });
        await context.addInitScript({ path: axePath });
        return context;
      };
      const found: string[] = [];
      for (const [context, list] of [
        [await open(false), [['/sign-in']] as typeof pages],
        [await open(true), pages],
      ] as const) {
        const page = await context.newPage();
        for (const [path, tab, dialog] of list) {
          await page.goto(path.replace('{product}', product).replace('{search}', search));
          await page.getByRole('heading', { level: 1 }).first().waitFor();
          if (tab) await page.getByRole('tab', { name: tab, exact: true }).click();
          if (dialog) await page.getByRole('button', { name: dialog, exact: true }).click();
          await page.waitForLoadState('networkidle');
          const { faults, sideways } = await page.evaluate(async () => {
            const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } };
            const { violations } = await axe.run();
            return {
              faults: violations.map(
                ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
              ),
              sideways: document.documentElement.scrollWidth > window.innerWidth,
            };
          });
          const where = `${path} ${tab ?? dialog ?? ''}`.trim();
          found.push(
            ...faults.map((fault) => `${where}: ${fault}`),
            ...(sideways ? [`${where}: scrolls sideways`] : []),
          );
        }
        await context.close();
      }
      expect(found).toEqual([]);
    }, 200_000);
  });
});
