import { setTimeout as sleep } from 'node:timers/promises';
import { openServer, type Server, type ServerOptions } from '../../server.js';
import { formOf, type Send, sender } from '../../testing/http.test.fixture.js';
import type { IndexStatus } from '../status.js';
import { kinds, photoOf } from './encoders.test.fixture.js';

/** What an answer of a search looks like to tests. */
export interface Answered {
  model: { id: string; version: number };
  goodMatch: boolean;
  results: {
    product: { id: string; title: string; category: string | null };
    score: number;
    band: string;
    duplicates: string[];
  }[];
}

/** A server with a small shop, for searching by photo. */
export interface TestShop {
  server: Server;
  send: Send;
  /** Lists a product that shows a photo; its id. */
  list(product: { photo?: Buffer | undefined } & Record<string, unknown>): Promise<string>;
  storePhoto(photo: Buffer): Promise<string>;
  /** Imports an encoder and puts it into production; its id. */
  promote(directory: string): Promise<string>;
  status(): Promise<IndexStatus>;
  /** Waits until the index says so. */
  until(is: (status: IndexStatus) => boolean): Promise<IndexStatus>;
  search(photo: Buffer, fields?: Record<string, string>): Promise<Answered>;
}

export async function openShop(options: ServerOptions): Promise<TestShop> {
  const server = await openServer({
    listen: false,
    logLevel: 'error',
    sampleShop: false,
    requestsPerMinute: 0,
    ...options,
  });
  const send = sender(server);
  const status = async () => (await send('GET', '/index')).body as unknown as IndexStatus;
  const storePhoto = async (photo: Buffer) =>
    (await send('POST', '/images', formOf({ image: photo }))).body.hash as string;
  return {
    ...{ server, send, status, storePhoto },
    async list({ photo, ...product }) {
      const images = photo ? [await storePhoto(photo)] : [];
      const { body } = await send('POST', '/products', { title: 'A product', images, ...product });
      return body.id as string;
    },
    async promote(directory) {
      const { body } = await send('POST', '/models/import', { path: directory });
      await send('POST', `/models/${body.id}/promote`, { force: true });
      return body.id as string;
    },
    async until(is) {
      for (;;) {
        const now = await status();
        if (is(now)) return now;
        if (now.state === 'failed') throw new Error(JSON.stringify(now.error));
        await sleep(30);
      }
    },
    async search(photo, fields = {}) {
      const { status: code, body } = await send('POST', '/search/image', formOf({ image: photo, ...fields }));
      if (code !== 200) throw new Error(JSON.stringify(body));
      return body as unknown as Answered;
    },
  };
}

/** Lists products of every kind, `count` of them, and their categories below `all`. */
export async function fillShop({ send, list }: TestShop, count: number): Promise<string[]> {
  await send('POST', '/categories', { code: 'all', name: 'All', parent: null });
  for (const kind of kinds) await send('POST', '/categories', { code: kind, name: kind, parent: 'all' });
  const ids: string[] = [];
  for (let number = 0; number < count; number++) {
    const kind = kinds[number % kinds.length];
    const photo = await photoOf(kind ?? 'plain', 200 + number);
    ids.push(await list({ title: `${kind} ${number}`, category: kind, photo, price: number, stock: number % 3 }));
  }
  return ids;
}
