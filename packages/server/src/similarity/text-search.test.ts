import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeDir, testDataDir } from '../platform/testing/data-dir.test.fixture.js';
import { type TestEncoders, testEncoders } from './testing/encoders.test.fixture.js';
import { openShop, type TestShop } from './testing/shop.test.fixture.js';
import { colourEncoder } from './testing/two-sided.test.fixture.js';

const photo = (background: string) =>
  sharp({ create: { width: 20, height: 20, channels: 3, background } })
    .png()
    .toBuffer();

describe('search by words', () => {
  let dataDir: string;
  let shop: TestShop;
  const ids: Record<string, string> = {};
  const ask = (text: string, filter: object = {}) => shop.send('POST', '/search/text', { text, ...filter });

  beforeAll(async () => {
    dataDir = await testDataDir();
    shop = await openShop({ dataDir });
    for (const [colour, price] of [
      ['red', 10],
      ['green', 20],
      ['blue', 30],
    ] as const)
      ids[colour] = await shop.list({ title: 'A dress', photo: await photo(colour), price });
    await shop.promote(await colourEncoder(join(dataDir, 'colours')));
    await shop.until(({ state, waiting }) => state === 'ready' && waiting === 0);
  });
  afterAll(async () => {
    await shop.server.close();
    await removeDir(dataDir);
  });

  it('is offered', async () => {
    const { body } = await shop.send('GET', '/search');
    expect(body).toMatchObject({ model: { version: 1 }, words: true });
  });

  it('finds the photos that show what the words say, best first', async () => {
    for (const colour of ['red', 'blue']) {
      const { status, body } = await ask(`a ${colour} dress`, { limit: 2 });
      expect(status).toBe(200);
      expect(body.results).toMatchObject([{ product: { id: ids[colour] }, score: expect.any(Number) }, {}]);
    }
  });

  it('within a price', async () => {
    const { body } = await ask('red', { minPrice: 15 });
    expect((body.results as { product: { id: string } }[]).map(({ product }) => product.id)).not.toContain(ids.red);
  });

  it('wants words', async () => {
    expect((await ask('   ')).status).toBe(422);
    expect((await ask('x'.repeat(1001))).status).toBe(422);
  });

  describe('by an encoder that knows photos only', () => {
    let encoders: TestEncoders;
    beforeAll(async () => {
      encoders = await testEncoders();
      await shop.promote(encoders.first);
      await shop.until(({ state, next, model }) => state === 'ready' && !next && model?.version === 2);
    });
    afterAll(() => encoders.remove());

    it('says so, and is not offered', async () => {
      expect((await shop.send('GET', '/search')).body).toMatchObject({ model: { version: 2 }, words: false });
      const { status, body } = await ask('a red dress');
      expect([status, (body.error as { code: string }).code]).toEqual([422, 'input.text']);
    });
  });
});
