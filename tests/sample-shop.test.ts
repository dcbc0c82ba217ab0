import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unwrap } from '@vitrine/client';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ShopServer, startShopServer } from './shop-server.js';
import { type ShopVisit, visitShop } from './shop-visit.js';
import { owner } from './small-shop.js';

const SIZE = 40;
let server: ShopServer;
let shop: ShopVisit;
let page: Page;

const heading = (name: string) => page.getByRole('heading', { level: 1, name });

/** The process that trains now, once there is one. */
async function trainer(): Promise<number> {
  const runs = join(server.dataDir, 'runs');
  for (;;) {
    for (const run of await readdir(runs).catch(() => [])) {
      const pid = Number(await readFile(join(runs, run, 'work', 'trainer.pid'), 'utf8').catch(() => ''));
      // Not there yet, or no more. A signal to process 0 would end this test, its runner and the shell of both.
      if (pid > 1) return pid;
    }
    await sleep(10);
  }
}

beforeAll(async () => {
  const sampleShop = { size: SIZE, config: { model: 'text', epochs: 3 }, similar: null };
  server = await startShopServer({ sampleShop });
  process.kill(await trainer(), 'SIGKILL');
  shop = await visitShop({ server, signedIn: false });
  page = shop.page;
});

afterAll(async () => {
  await (shop ?? server)?.close();
});

describe('the sample shop', () => {
  it('whose training was killed tells the first visitor so, and how to go on', async () => {
    await page.goto('/');
    await page.getByLabel('Name').fill(owner.name);
    await page.getByLabel('Email').fill(owner.email);
    await page.getByLabel('Password').fill(owner.password);
    await page.getByRole('button', { name: 'Create administrator' }).click();
    await heading('You are in').waitFor();
    await page.getByText('The sample shop is not complete: The training process was killed').waitFor();
    await page.getByRole('link', { name: 'Look around' }).click();
    const notice = page.getByRole('region', { name: 'Sample shop' });
    await notice.getByText('The training process was killed').waitFor();
    await notice.getByRole('button', { name: 'Leave it' }).waitFor();
  });

  it('goes on when tried again, even where the power fails meanwhile', async () => {
    await page.goto('/welcome');
    await page.getByRole('button', { name: 'Try again' }).click();
    await heading('Preparing your shop').waitFor();
    await page.getByRole('progressbar').waitFor();
    await trainer();
    await server.killAndRestart();
    await page.goto('/welcome');
    await heading('Your shop is ready').waitFor();
    const runs = unwrap(await (await shop.client()).GET('/api/v1/runs'));
    expect(runs.items.map(({ state }) => state)).toEqual(['succeeded', 'failed']);
  });

  it('then has its products on the shelves, and a classifier that answers', async () => {
    await page.getByRole('link', { name: 'Look around' }).click();
    await page.getByRole('list', { name: 'Products' }).getByRole('listitem').first().waitFor();
    expect(unwrap(await (await shop.client()).GET('/api/v1/products')).total).toBe(SIZE);
    await page.goto('/list');
    await page.getByLabel('Title').fill('Blue denim jeans, straight fit');
    await page.getByRole('radio').nth(4).waitFor();
  });
});
