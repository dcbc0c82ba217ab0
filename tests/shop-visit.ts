import type { VitrineClient } from '@vitrine/client';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser, pageOptions } from './browser.js';
import { type ShopServer, startShopServer } from './shop-server.js';
import { owner, ownerClient } from './small-shop.js';

/** A browser in a shop of its own. */
export interface ShopVisit {
  server: ShopServer;
  browser: Browser;
  context: BrowserContext;
  page: Page;
  /** What its scripts threw on the way. */
  faults: string[];
  /** What the page may do, without the page: once its visitor is signed in. */
  client(): Promise<VitrineClient>;
  close(): Promise<void>;
}

export interface ShopVisitOptions {
  /** Default: an empty shop that is opened for the visit. */
  server?: ShopServer;
  /** As its owner; false where the journey begins before there is one. */
  signedIn?: boolean;
}

/** Opens a page on a shop, which closes with the visit. */
export async function visitShop({ server: open, signedIn = true }: ShopVisitOptions = {}): Promise<ShopVisit> {
  const [server, browser] = await Promise.all([open ?? startShopServer(), launchBrowser()]);
  const context = await browser.newContext({
    ...pageOptions,
    baseURL: server.url,
    viewport: { width: 1280, height: 900 },
  });
  if (signedIn) await context.request.post('/api/v1/auth/register', { data: owner, headers: { origin: server.url } });
  const page = await context.newPage();
  page.setDefaultTimeout(90_000);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  return {
    ...{ server, browser, context, page, faults },
    client: async () => {
      const cookies = await context.cookies();
      return ownerClient(server.url, cookies.map(({ name, value }) => `${name}=${value}`).join('; '));
    },
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}
