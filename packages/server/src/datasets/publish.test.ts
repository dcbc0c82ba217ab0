import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { purgeProducts } from '../catalogue/products.js';
import { products } from '../catalogue/tables.js';
import { openServer, type Server } from '../server.js';
import { type Answer, type Send, sender } from '../testing/http.test.fixture.js';
import { TestFolder } from './testing/files.test.fixture.js';

const folder = new TestFolder();
let server: Server;
let send: Send;

beforeAll(async () => {
  const dataDir = join(folder.path, 'data');
  server = await openServer({ dataDir, listen: false, logLevel: 'silent', sampleShop: false, serveModels: false });
  send = sender(server);
});
afterAll(async () => {
  await server.close();
  folder.remove();
});

async function ended(started: Answer): Promise<void> {
  for (;;) {
    const { body } = await send('GET', `/jobs/${String(started.body.id)}`);
    if (body.state === 'succeeded') return;
    expect(['queued', 'running']).toContain(body.state);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

it('rows are listed with price, brand, colour and stock; what a newer file tells replaces them', async () => {
  const list = async (rows: string) => {
    const path = folder.write('jars.csv', `id,title,price,currency,brand,colour,stock\n${rows}`);
    await ended(await send('POST', '/datasets/import', { name: 'jars', format: 'products', path, options: {} }));
    await ended(await send('POST', '/datasets/jars/publish'));
    return (await send('GET', '/products?sort=title&q=jar')).body.items;
  };
  expect(await list('j1,Amber jar,12.50,EUR,Loom,amber,4\nj2,Blue jar,,,,,sold out\n')).toMatchObject([
    { title: 'Amber jar', price: 12.5, currency: 'EUR', brand: 'Loom', colour: 'amber', stock: 4 },
    { title: 'Blue jar', price: null, currency: null, brand: null, colour: null, stock: 0 },
  ]);
  expect(await list('j1,Amber jar,9,EUR,,,0\nj2,Blue jar,8,EUR,,,in stock\n')).toMatchObject([
    { price: 9, brand: 'Loom', colour: 'amber', stock: 0 },
    { price: 8, stock: null },
  ]);
});

it('a data set that is listed again leaves what sellers typed in beside its rows', async () => {
  const path = folder.write('coats.csv', 'id,title,label\n1,Wool coat,coats\n2,Rain coat,coats\n3,,coats\n');
  await ended(await send('POST', '/datasets/import', { name: 'coats', format: 'products', path, options: {} }));
  await ended(await send('POST', '/datasets/coats/publish'));
  const items = async () => (await send('GET', '/products?sort=title')).body.items as { id: string; sku: string }[];
  const typed = { price: 120, currency: 'EUR', brand: 'Loom', colour: 'grey', description: 'Heavy' };
  const [one] = (await items()).filter(({ sku }) => sku === '1');
  await send('PATCH', `/products/${one?.id}`, typed);
  await ended(await send('POST', '/datasets/coats/publish'));
  const { body } = await send('GET', `/products/${one?.id}`);
  expect(body).toMatchObject({ ...typed, title: 'Wool coat', category: 'coats' });
});

it('a data set that is listed again lists what people deleted so long ago that it can’t be restored', async () => {
  const path = folder.write('hats.csv', 'id,title,label\n1,Straw hat,hats\n');
  await ended(await send('POST', '/datasets/import', { name: 'hats', format: 'products', path, options: {} }));
  await ended(await send('POST', '/datasets/hats/publish'));
  const hats = async () => (await send('GET', '/products?category=hats')).body.items as { id: string }[];
  const [hat] = await hats();
  await send('DELETE', `/products/${hat?.id}`);
  await ended(await send('POST', '/datasets/hats/publish'));
  expect(await hats()).toEqual([]);
  const { db } = server.context;
  await db
    .update(products)
    .set({ deletedAt: sql`now() - interval '40 days'` })
    .where(eq(products.id, hat?.id ?? ''));
  await purgeProducts(db);
  await ended(await send('POST', '/datasets/hats/publish'));
  expect(await hats()).toMatchObject([{ id: hat?.id, title: 'Straw hat' }]);
});
