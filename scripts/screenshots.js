// Writes docs/screenshots/*.png from a server with the sample shop: one of its own, or the one at the address given
// (`npm run screenshots -- http://localhost:8700`), signed in with VITRINE_ADMIN_EMAIL and VITRINE_ADMIN_PASSWORD.
import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { generateProducts, renderProduct } from '@vitrine/sample-shop';
import sharp from 'sharp';
import { launchBrowser, pageOptions } from '../tests/dist/browser.js';
import { startShopServer } from '../tests/dist/shop-server.js';

const folder = fileURLToPath(new URL('../docs/screenshots/', import.meta.url));
const account = {
  name: 'Owner',
  email: process.env.VITRINE_ADMIN_EMAIL ?? 'owner@example.com',
  password: process.env.VITRINE_ADMIN_PASSWORD ?? 'a quiet long password',
};

async function ready(request) {
  for (let last = ''; ; await sleep(1000)) {
    const { sampleShop } = await (await request.get('/api/v1/setup')).json();
    if (sampleShop.state === 'failed') throw new Error(sampleShop.message);
    if (sampleShop.state === 'ready' || sampleShop.state === 'absent') return;
    if (sampleShop.message !== last) console.log(sampleShop.message);
    last = sampleShop.message;
  }
}

/** The state of the index of photos, once the newest model has seen them all. */
async function indexed(request) {
  for (; ; await sleep(1000)) {
    const { state } = await (await request.get('/api/v1/index')).json();
    if (state !== 'building') return state;
  }
}

async function save(page, name) {
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() =>
    [...document.images].every(
      (image) => image.getBoundingClientRect().top > window.innerHeight || (image.complete && image.naturalWidth > 0),
    ),
  );
  await sleep(400);
  const picture = await page.screenshot();
  const { size } = await sharp(picture).png({ palette: true, quality: 90, effort: 10 }).toFile(`${folder}${name}.png`);
  console.log(`${name}.png ${Math.round(size / 1000)} kB`);
}

/** A photo that no model has seen. */
async function dress() {
  const product = generateProducts(2, 720).find(({ category }) => category === 'dresses');
  return { name: 'dress.jpg', mimeType: 'image/jpeg', buffer: await renderProduct(product, { size: 1024 }) };
}

/** A listing being written: words, a photo, and what decided. */
async function listing(page) {
  await page.goto('/list');
  await page.locator('input[type=file]').setInputFiles(await dress());
  await page.getByLabel('Title').fill('Summer dress with buttons, size 38');
  await page.getByLabel('Description').fill('Light cotton, worn twice. Falls just below the knee.');
  await page.getByLabel('Price').fill('49.90');
  await page.getByText('What decided').waitFor();
}

/** A search with a part of a photo. */
async function searching(page) {
  await page.goto('/search');
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles(await dress());
  await page.getByRole('list', { name: 'Found' }).waitFor();
  await page.getByRole('application').focus();
  for (let press = 0; press < 6; press++) await page.keyboard.press('Shift+ArrowLeft');
  for (let press = 0; press < 3; press++) await page.keyboard.press('ArrowRight');
  await page.waitForURL(/crop=/);
  await page.locator('[aria-label="Found"]:not(.opacity-60)').waitFor();
  await page.evaluate(() => document.activeElement?.blur());
}

/** A product, and what looks like it. */
async function lookingAlike(page) {
  const { items } = await (await page.request.get('/api/v1/products?category=sneakers&limit=1')).json();
  await page.goto(`/products/${items[0].id}`);
  const section = page.getByRole('region', { name: 'Looks like this' });
  await section.getByRole('listitem').first().waitFor();
  await section.evaluate((element) => window.scrollTo(0, element.offsetTop - 120));
}

/** Where the newest encoder put photos. */
async function embedding(page) {
  const { items } = await (await page.request.get('/api/v1/runs?task=similar&state=succeeded&limit=1')).json();
  await page.goto(`/runs/${items[0].id}`);
  await page.getByRole('tab', { name: 'Embedding' }).click();
  await page.getByRole('application').waitFor();
  await page.getByRole('tablist').evaluate((list) => window.scrollTo(0, list.offsetTop - 80));
}

const run = `/runs/${process.env.VITRINE_SCREENSHOT_RUN ?? '1'}`;
const shots = [
  { name: 'products', open: (page) => page.goto('/products') },
  { name: 'products-dark', colorScheme: 'dark', open: (page) => page.goto('/products?category=dresses') },
  { name: 'list-a-product', open: listing },
  { name: 'run', viewport: { width: 1280, height: 1180 }, open: (page) => page.goto(run) },
  {
    name: 'confusion',
    open: async (page) => {
      await page.goto(run);
      await page.getByRole('tab', { name: 'Confusion' }).click();
      await page.getByRole('application').waitFor();
      await page.getByRole('tablist').evaluate((list) => window.scrollTo(0, list.offsetTop - 80));
    },
  },
  { name: 'search', needsIndex: true, open: searching },
  { name: 'looks-like-this', needsIndex: true, open: lookingAlike },
  { name: 'embedding', needsIndex: true, open: embedding },
  { name: 'models', open: (page) => page.goto('/models') },
  { name: 'phone', viewport: { width: 390, height: 844 }, open: (page) => page.goto('/products') },
];

const address = process.argv[2];
const server = address ? { url: address, close: async () => undefined } : await startShopServer({ sampleShop: true });
const browser = await launchBrowser();
try {
  await mkdir(folder, { recursive: true });
  const door = await browser.newContext({ baseURL: server.url });
  const path = address ? '/api/v1/auth/login' : '/api/v1/auth/register';
  const answer = await door.request.post(path, { data: account, headers: { origin: server.url } });
  if (!answer.ok()) throw new Error(`Signing in failed: ${await answer.text()}`);
  await ready(door.request);
  const storageState = await door.storageState();
  const state = await indexed(door.request);
  for (const { name, open, needsIndex, colorScheme = 'light', viewport = { width: 1280, height: 860 } } of shots) {
    if (needsIndex && state !== 'ready') {
      console.log(`${name}.png left out: no model of what looks alike is in production here`);
      continue;
    }
    const context = await browser.newContext({
      ...pageOptions,
      baseURL: server.url,
      storageState,
      colorScheme,
      viewport,
    });
    const page = await context.newPage();
    await open(page);
    await save(page, name);
    await context.close();
  }
} finally {
  await browser.close();
  await server.close();
}
