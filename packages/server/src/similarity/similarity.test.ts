import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeDir, testDataDir } from '../platform/testing/data-dir.test.fixture.js';
import { openServer, type Server } from '../server.js';
import { formOf, type Send, sender } from '../training/testing/http.test.fixture.js';
import { kinds, photoOf, type TestEncoders, testEncoders } from './testing/encoders.test.fixture.js';

const encoders: TestEncoders = await testEncoders();
afterAll(() => encoders.remove());

describe('search by photo', () => {
  let dataDir: string;
  let server: Server;
  let send: Send;
  beforeAll(async () => {
    dataDir = await testDataDir();
    server = await openServer({ dataDir, listen: false, logLevel: 'warn', sampleShop: false });
    send = sender(server);
    for (const kind of kinds) await send('POST', '/categories', { code: kind, name: kind, parent: null });
    for (let number = 0; number < 24; number++) {
      const kind = kinds[number % 4]!;
      const image = await send('POST', '/images', formOf({ image: await photoOf(kind, 200 + number) }));
      await send('POST', '/products', {
        title: `${kind} ${number}`,
        category: kind,
        images: [image.body.hash],
        price: number,
      });
    }
  });
  afterAll(async () => {
    await server.close();
    await removeDir(dataDir);
  });

  it('finds', async () => {
    const model = await send('POST', '/models/import', { path: encoders.first });
    await send('POST', `/models/${model.body.id}/promote`, { force: true });
    const started = Date.now();
    let status = await send('GET', '/index');
    while (status.body.state !== 'ready' && Date.now() - started < 15000) {
      await sleep(100);
      status = await send('GET', '/index');
    }
    const answer = await send('POST', '/search/image', formOf({ image: await photoOf('checks', 999) }));
    expect(answer.status).toBe(200);
  });
});
