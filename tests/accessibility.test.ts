import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
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
const pages: [path: string, tab?: string | undefined, dialog?: string | undefined][] = [
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
});

const address = (path: string) => path.replace('{product}', product).replace('{search}', search);

/** What is wrong with the page as it stands. Between themes colours alone change, so in the second these alone are looked at. */
async function faults(page: Page, rules?: readonly string[]): Promise<string[]> {
  return page.evaluate(async (only) => {
    // Colours glide for a frame even where nothing is to move, and those within them then glide after.
    const glides = () => document.getAnimations().some(({ playState }) => playState === 'running');
    for (let still = 0; still < 3; still = glides() ? 0 : still + 1) await new Promise(requestAnimationFrame);
    const { axe } = globalThis as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } };
    const { violations } = await axe.run(only ? { runOnly: [...only] } : {});
    const sideways = document.documentElement.scrollWidth > window.innerWidth;
    return [
      ...violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`),
      ...(sideways ? ['scrolls sideways'] : []),
    ];
  }, rules);
}

/** The page in both themes, at each width, which it is laid out for anew. */
async function faultsEverywhere(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme });
      await page.waitForLoadState('networkidle');
      const here = await faults(page, colorScheme === 'light' ? undefined : ['color-contrast']);
      found.push(...here.map((fault) => `${colorScheme}, ${width} pixels: ${fault}`));
    }
  }
  return found;
}

async function openContext(signedIn: boolean): Promise<BrowserContext> {
  const context = await browser.newContext({
    ...pageOptions,
    baseURL: server.url,
    ...(signedIn ? { storageState: state } : {}),
  });
  await context.addInitScript({ path: axePath });
  return context;
}

describe('free of accessibility faults, and never scrolling sideways, is', () => {
  let context: BrowserContext;
  let page: Page;
  beforeAll(async () => {
    context = await openContext(true);
    page = await context.newPage();
  });
  afterAll(() => context.close());

  const named = pages.map(([path, tab, dialog]) => ({ path, tab, dialog, name: tab ?? dialog ?? '' }));
  it.each(named)('$path $name', async ({ path, tab, dialog }) => {
    await page.goto(address(path));
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    if (tab) await page.getByRole('tab', { name: tab, exact: true }).click();
    if (dialog) await page.getByRole('button', { name: dialog, exact: true }).click();
    expect(await faultsEverywhere(page)).toEqual([]);
  });

  it('the page to sign in at', async () => {
    const stranger = await openContext(false);
    const door = await stranger.newPage();
    await door.goto('/sign-in');
    await door.getByRole('heading', { level: 1 }).first().waitFor();
    expect(await faultsEverywhere(door)).toEqual([]);
    await stranger.close();
  });
});
