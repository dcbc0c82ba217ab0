import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeOnEachDatabase } from '../platform/testing/each-database.test.fixture.js';
import { formOf } from '../testing/http.test.fixture.js';
import { scriptedSvg } from '../testing/pictures.test.fixture.js';
import { photoOf, testEncoders } from './testing/encoders.test.fixture.js';
import { type Answered, fillShop, openShop, type TestShop } from './testing/shop.test.fixture.js';

const encoders = await testEncoders();
afterAll(() => encoders.remove());

const PRODUCTS = 24;
const idsOf = ({ results }: Answered) => results.map(({ product }) => product.id);
/** Also those that are folded into another. */
const allOf = ({ results }: Answered) =>
  results.flatMap(({ product, duplicates }) => [product.id, ...duplicates]).sort();

describeOnEachDatabase('search by photo', (database) => {
  let shop: TestShop;
  let ids: string[];
  const open = () =>
    openShop({ dataDir: database.options.dataDir, databaseUrl: database.options.url, collectFrom: ['127.0.0.1'] });
  beforeAll(async () => {
    shop = await open();
    ids = await fillShop(shop, PRODUCTS);
  });
  afterAll(() => shop.server.close());

  describe('without a model', () => {
    it('says how to get one', async () => {
      const photo = await photoOf('checks', 1);
      for (const answer of [
        await shop.send('POST', '/search/image', formOf({ image: photo })),
        await shop.send('GET', `/products/${ids[0]}/similar`),
        await shop.send('POST', '/index/rebuild'),
      ])
        expect([answer.status, answer.body.error?.code]).toEqual([409, 'model.none']);
      expect(await shop.status()).toMatchObject({ state: 'none', model: null, products: PRODUCTS, embedded: 0 });
    });
  });

  describe('with a model', () => {
    let first: string;
    beforeAll(async () => {
      first = await shop.promote(encoders.first);
      await shop.until(({ state }) => state === 'ready');
    });

    it('has embedded the catalogue and measured what scores mean', async () => {
      const status = await shop.status();
      expect(status).toMatchObject({
        ...{ state: 'ready', model: { id: first, version: 1 }, next: null, error: null },
        ...{ products: PRODUCTS, photos: PRODUCTS, embedded: PRODUCTS, waiting: 0, failed: 0 },
      });
      expect(status.thresholds[0]).toMatchObject({ category: null, pairs: PRODUCTS * 10 });
    });

    it('finds the product that a photo is of, before all others', async () => {
      for (const number of [0, 5, 14]) {
        const kind = (['stripes', 'bars', 'checks', 'plain'] as const)[number % 4] ?? 'plain';
        const { results, model } = await shop.search(await photoOf(kind, 200 + number));
        expect(results[0]?.product.id).toBe(ids[number]);
        expect(results[0]?.score).toBeGreaterThan(0.98);
        expect(model.id).toBe(first);
      }
    });

    it('finds what looks like a product, not itself, nearest first', async () => {
      const { body } = await shop.send('GET', `/products/${ids[3]}/similar?limit=8`);
      const answer = body as unknown as Answered;
      expect(answer.results).toHaveLength(8);
      expect(idsOf(answer)).not.toContain(ids[3]);
      const scores = answer.results.map(({ score }) => score);
      expect(scores).toEqual([...scores].sort((a, b) => b - a));
    });

    it('calls a match good from the threshold of its category on, and says when there is none', async () => {
      const { thresholds } = await shop.status();
      const thresholdOf = (category: string | null) =>
        (thresholds.find((each) => each.category === category) ?? thresholds[0])?.threshold ?? Number.NaN;
      const photo = await photoOf('stripes', 204);
      const { goodMatch, results } = await shop.search(photo, { limit: '100' });
      expect(goodMatch).toBe(true);
      expect([results[0]?.product.id, results[0]?.band]).toEqual([ids[4], 'same']);
      for (const { score, band, product } of results)
        expect([score, band !== 'weak']).toEqual([score, score >= thresholdOf(product.category)]);
      // Each product has a price of its own: that of the one which is least alike finds it alone.
      const last = results.findLast(({ band }) => band === 'weak');
      const price = String(ids.indexOf(last?.product.id ?? ''));
      const alone = await shop.search(photo, { minPrice: price, maxPrice: price });
      expect(alone).toMatchObject({ goodMatch: false, results: [{ product: { id: last?.product.id }, band: 'weak' }] });
    });

    it('narrows by category with what lies below, by price and by stock, and finds as many', async () => {
      const photo = await photoOf('checks', 900);
      const stripes = await shop.search(photo, { category: 'stripes', limit: '6' });
      expect(stripes.results.map(({ product }) => product.category)).toEqual(Array(6).fill('stripes'));
      expect(allOf(await shop.search(photo, { category: 'all', limit: '100' }))).toEqual([...ids].sort());
      const cheap = await shop.search(photo, { minPrice: '4', maxPrice: '8', limit: '100' });
      expect(allOf(cheap)).toEqual(ids.slice(4, 9).sort());
      const there = await shop.search(photo, { inStock: 'true', limit: '100' });
      expect(allOf(there)).toEqual(ids.filter((_, number) => number % 3 > 0).sort());
    });

    it('looks at the chosen part of a photo alone', async () => {
      const part = await sharp(await photoOf('bars', 205))
        .resize(128, 128)
        .png()
        .toBuffer();
      const photo = await sharp({ create: { width: 256, height: 256, channels: 3, background: '#20c040' } })
        .composite([{ input: part, left: 128, top: 128 }])
        .png()
        .toBuffer();
      const crop = { x: 0.5, y: 0.5, width: 0.5, height: 0.5 };
      const [whole] = (await shop.search(photo)).results;
      const [cropped] = (await shop.search(photo, { crop: JSON.stringify(crop) })).results;
      expect(cropped?.product.id).toBe(ids[5]);
      expect(cropped?.score).toBeGreaterThan((whole?.score ?? 1) + 0.01);
    });

    it('answers several photos in one go, the bad ones with their error', async () => {
      const form = new FormData();
      for (const bytes of [await photoOf('bars', 201), scriptedSvg, await photoOf('plain', 203)])
        form.append('image', new Blob([new Uint8Array(bytes)]), 'photo');
      form.append('limit', '2');
      const { body } = await shop.send('POST', '/search/images', form);
      const answers = body.answers as (Answered & { error?: { code: string } })[];
      expect(answers.map((answer) => answer.error?.code ?? answer.results.length)).toEqual([2, 'input.image', 2]);
      expect(answers[0]?.results[0]?.product.id).toBe(ids[1]);
      expect(answers[2]?.results[0]?.product.id).toBe(ids[3]);
    });

    it('refuses in words what it can’t search for', async () => {
      const photo = await photoOf('bars', 1);
      const codeOf = async (fields: Record<string, string | Buffer>) => {
        const { status, body } = await shop.send('POST', '/search/image', formOf(fields));
        return `${status} ${body.error?.code}`;
      };
      expect(await codeOf({ limit: '3' })).toBe('422 image.missing');
      expect(await codeOf({ image: scriptedSvg })).toBe('422 input.image');
      expect(await codeOf({ image: photo.subarray(0, 100) })).toMatch(/^422 input\.image/);
      expect(await codeOf({ image: photo, crop: '{"x":0' })).toBe('422 request.invalid');
      expect(await codeOf({ image: photo, crop: '{"x":0.9,"y":0,"width":0.5,"height":1}' })).toBe(
        '422 request.invalid',
      );
      expect(await codeOf({ image: photo, crop: '{"x":0,"y":0,"width":0.01,"height":1}' })).toBe('422 input.crop');
      expect(await codeOf({ image: photo, category: 'nowhere' })).toBe('404 category.unknown');
      expect(await codeOf({ image: photo, minPrice: '9', maxPrice: '3' })).toBe('422 request.invalid');
      expect(await codeOf({ url: 'http://10.1.2.3/photo.jpg' })).toBe('422 data.image.url');
      expect(await codeOf({ url: 'file:///etc/passwd' })).toMatch(/^422/);
      const bare = await shop.list({ title: 'Without a photo' });
      const statusOf = async (id: string) => (await shop.send('GET', `/products/${id}/similar`)).body.error?.code;
      expect(await statusOf(bare)).toBe('product.no-photo');
      expect(await statusOf('nowhere')).toBe('product.unknown');
    });

    describe('at an address', () => {
      let site: HttpServer;
      afterAll(() => site.close());
      it('is fetched, from where that is allowed', async () => {
        const photo = await photoOf('plain', 207);
        site = createServer((_, answer) => answer.end(photo)).listen(0, '127.0.0.1');
        await new Promise((resolve) => site.once('listening', resolve));
        const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/photo.png`;
        const { status, body } = await shop.send('POST', '/search/image', { url });
        expect(status).toBe(200);
        expect(idsOf(body as unknown as Answered)[0]).toBe(ids[7]);
      });
    });

    it('shows near-identical products as one, with the ids of the others', async () => {
      const photo = await photoOf('checks', 777);
      const twins = [await shop.list({ title: 'Twin', photo }), await shop.list({ title: 'Twin', photo })];
      const answer = await found(photo, (now) => now.results[0]?.duplicates.length === 1);
      const [hit] = answer.results;
      expect([hit?.product.id, ...(hit?.duplicates ?? [])].sort()).toEqual([...twins].sort());
      for (const id of twins) await shop.send('DELETE', `/products/${id}`);
    });

    /** Asks until the answer is as it should be: products are found a moment after they changed. */
    async function found(photo: Buffer, is: (answer: Answered) => boolean): Promise<Answered> {
      for (;;) {
        const answer = await shop.search(photo);
        if (is(answer)) return answer;
        await sleep(30);
      }
    }

    it('follows the catalogue: added, deleted, restored, another photo, moved', async () => {
      const photo = await photoOf('stripes', 555);
      const id = await shop.list({ title: 'New', photo, category: 'stripes' });
      const isFound = ({ results }: Answered) =>
        results.some(({ product, score }) => product.id === id && score > 0.98);
      await found(photo, isFound);
      await shop.send('DELETE', `/products/${id}`);
      expect(isFound(await shop.search(photo))).toBe(false);
      await shop.send('POST', `/products/${id}/restore`);
      await found(photo, isFound);
      const other = await photoOf('bars', 556);
      await shop.send('PATCH', `/products/${id}`, { images: [await shop.storePhoto(other)] });
      await found(other, isFound);
      await found(photo, (answer) => !isFound(answer));

      await shop.send('POST', '/categories', { code: 'elsewhere', name: 'Elsewhere', parent: null });
      await shop.send('PATCH', '/categories/stripes', { parent: 'elsewhere' });
      const below = async (category: string) =>
        idsOf(await shop.search(other, { category, limit: '100' })).includes(id);
      while (!(await below('elsewhere')) || (await below('all'))) await sleep(30);
      await shop.send('PATCH', '/categories/stripes', { parent: 'all' });
      await shop.send('DELETE', `/products/${id}`);
    });

    it('embeds a photo on the spot that is asked for before its turn', async () => {
      const id = await shop.list({ title: 'Just now', photo: await photoOf('checks', 321) });
      expect((await shop.send('GET', `/products/${id}/similar`)).status).toBe(200);
      await shop.send('DELETE', `/products/${id}`);
    });

    it('lists photos that can’t be embedded, and tries them again when asked', async () => {
      const photo = await photoOf('plain', 431);
      const image = await shop.storePhoto(photo);
      const { blobs } = shop.server.context;
      const bytes = await blobs.read(image);
      await blobs.delete(image);
      const id = await shop.list({ title: 'Lost', images: [image] });
      const { problems } = await shop.until(({ failed }) => failed === 1);
      expect(problems).toEqual([expect.objectContaining({ image, productId: id, code: 'blob.unknown' })]);
      expect((await shop.send('GET', `/products/${id}/similar`)).body.error?.code).toBe('blob.unknown');
      await blobs.put(bytes);
      expect((await shop.send('POST', '/index/failed/retry')).status).toBe(202);
      await shop.until(({ failed, waiting, state }) => failed + waiting === 0 && state === 'ready');
      await found(photo, ({ results }) => results[0]?.product.id === id);
      await shop.send('DELETE', `/products/${id}`);
    });

    it('keeps a person’s own searches with their photos, until they delete them', async () => {
      await shop.send('DELETE', '/search/recent');
      const photo = await photoOf('bars', 209);
      const crop = { x: 0, y: 0, width: 1, height: 1 };
      await shop.search(photo, { crop: JSON.stringify(crop), limit: '3' });
      await shop.search(await photoOf('plain', 211));
      const { body } = await shop.send('GET', '/search/recent');
      expect(body.total).toBe(2);
      const [, older] = body.items as { id: string }[];
      expect(older).toMatchObject({ crop, filter: { limit: 3 }, results: 3 });
      const image = await shop.send('GET', `/search/recent/${older?.id}/image`);
      expect((await sharp(image.raw).metadata()).format).toBe('jpeg');
      const again = await shop.send('GET', `/search/recent/${older?.id}`);
      expect(idsOf(again.body as unknown as Answered)[0]).toBe(ids[9]);
      await shop.send('DELETE', `/search/recent/${older?.id}`);
      expect((await shop.send('GET', `/search/recent/${older?.id}/image`)).body.error?.code).toBe('search.unknown');
      await shop.send('DELETE', '/search/recent');
      expect((await shop.send('GET', '/search/recent')).body.total).toBe(0);
    });

    it('tells /metrics how large the index is and how long searches take', async () => {
      const text = (await shop.server.app.inject({ url: '/metrics' })).body;
      expect(text).toMatch(/^vitrine_index_photos [1-9]\d*$/m);
      expect(text).toMatch(/^vitrine_search_seconds_count\{kind="photo",outcome="ok"\} \d+$/m);
    });

    it('exchanges the model under load: no error, every answer whole from one model', async () => {
      const photo = await photoOf('checks', 206);
      let asking = true;
      const answers: Answered[] = [];
      const load = (async () => {
        for (; asking; await sleep(5)) answers.push(await shop.search(photo, { limit: '1' }));
      })();
      const second = await shop.promote(encoders.second);
      await shop.until(({ state, model }) => state === 'ready' && model?.id === second);
      while (answers.at(-1)?.model.id !== second) await sleep(10);
      asking = false;
      await load;
      // A photo's vector by one model, compared with another's, would not be the same as the product's.
      for (const { results } of answers) {
        expect(results[0]?.product.id).toBe(ids[6]);
        expect(results[0]?.score).toBeGreaterThan(0.98);
      }
      expect(new Set(answers.map(({ model }) => model.id))).toEqual(new Set([first, second]));
    });

    it('goes back at once to a model that has seen the catalogue', async () => {
      await shop.send('POST', '/models/similar/rollback');
      while ((await shop.search(await photoOf('bars', 201))).model.id !== first) await sleep(30);
      const { db } = shop.server.context;
      const { rows } = await db.execute(sql`SELECT count(DISTINCT model_id)::int AS models FROM embeddings`);
      expect(rows).toEqual([{ models: 2 }]);
    });

    it('is built anew when asked to', async () => {
      const { body } = await shop.send('POST', '/index/rebuild');
      expect(body).toMatchObject({ kind: 'embed' });
      await shop.until(({ state, next }) => state === 'ready' && next === null);
      expect(idsOf(await shop.search(await photoOf('bars', 201)))[0]).toBe(ids[1]);
    });

    it('answers after a restart from what it kept', async () => {
      await shop.server.close();
      shop = await open();
      const photo = await photoOf('plain', 203);
      for (;;) {
        const { status, body } = await shop.send('POST', '/search/image', formOf({ image: photo }));
        if (status === 200) {
          expect(idsOf(body as unknown as Answered)[0]).toBe(ids[3]);
          break;
        }
        expect(body.error?.code).toBe('index.opening');
        await sleep(30);
      }
      expect(await shop.status()).toMatchObject({ embedded: PRODUCTS, waiting: 0 });
    });
  });
});
