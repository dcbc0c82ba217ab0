import '../testing/words.test.fixture.js';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeDir, testDataDir } from '../platform/testing/data-dir.test.fixture.js';
import { openServer, type Server } from '../server.js';
import { type Send, sender } from '../testing/http.test.fixture.js';
import { testModules } from '../testing/loop.test.fixture.js';
import type { SampleShopOrder } from './sample-shop.js';

const SIZE = 16;
let dataDir: string;
let server: Server;
let send: Send;

async function open(sampleShop: boolean | Partial<SampleShopOrder>): Promise<void> {
  server = await openServer({ dataDir, listen: false, logLevel: 'error', taskModules: testModules, sampleShop });
  send = sender(server);
}
beforeEach(async () => {
  dataDir = await testDataDir();
});
afterEach(async () => {
  await server.close();
  await removeDir(dataDir);
});

interface State {
  state: string;
  runId: string | null;
  message: string;
}
/** The states passed through until one of these. */
async function until(...last: string[]): Promise<{ states: string[]; now: State }> {
  const states: string[] = [];
  for (;;) {
    const now = (await send('GET', '/setup')).body.sampleShop as State;
    if (states.at(-1) !== now.state) states.push(now.state);
    if (last.includes(now.state)) return { states, now };
    await sleep(20);
  }
}
const products = async () => (await send('GET', '/products')).body.total;
const inProduction = async () => {
  const models = (await send('GET', '/models?task=classify')).body as unknown as { stage: string; runId: string }[];
  return models.filter(({ stage }) => stage === 'production').map(({ runId }) => runId);
};

describe('the sample shop', () => {
  it('fills an empty server: products with photos, a data set, a classifier trained on it and promoted, a model of what looks alike', async () => {
    // Enough for some photos to be held out.
    const size = 40;
    await open({ size, config: { pace: 50 }, similar: { epochs: 1, size: 16 } });
    const { states, now } = await until('ready', 'failed');
    expect(states).toEqual(['preparing', 'training', 'similar', 'ready']);
    const page = (await send('GET', '/products?limit=100')).body as { total: number; items: { images: string[] }[] };
    expect(page.total).toBe(size);
    for (const { images } of page.items) expect(images).toHaveLength(1);
    expect((await send('GET', '/datasets/sample-shop')).body).toMatchObject({ rows: size, fields: { image: size } });
    expect(await inProduction()).toEqual([now.runId]);
    expect((await send('GET', '/models?task=similar')).body).toHaveLength(1);
    const again = await send('POST', '/setup/sample-shop');
    expect([again.status, again.body.error?.code]).toEqual([409, 'sampleShop.ready']);
  });

  it('whose training was cancelled says so, and is made ready by another try', async () => {
    await open({ size: SIZE, config: { pace: 150, epochs: 8 }, similar: null });
    const { now } = await until('training');
    expect((await send('POST', '/setup/sample-shop')).body.error?.code).toBe('sampleShop.underWay');
    await send('POST', `/runs/${now.runId}/cancel`);
    expect((await until('failed')).now.message).toMatch(/cancelled/);

    const retried = await send('POST', '/setup/sample-shop');
    expect(retried.status).toBe(202);
    const ended = await until('ready', 'failed');
    expect(ended.states.at(-1)).toBe('ready');
    expect(ended.now.runId).not.toBe(now.runId);
    expect(await products()).toBe(SIZE);
    expect(await inProduction()).toEqual([ended.now.runId]);
  });

  it('of a server that was killed while training goes on where it was', async () => {
    const child = fork(new URL('./testing/shop.test.main.js', import.meta.url), [dataDir]);
    for (let state: unknown; state !== 'training'; ) [state] = await once(child, 'message');
    child.kill('SIGKILL');
    await once(child, 'exit');
    await open(true);
    expect((await until('ready', 'failed')).states.at(-1)).toBe('ready');
    expect(await products()).toBe(SIZE);
    expect((await send('GET', '/runs')).body.total).toBe(1);
  });

  it('is not made again for who has products, nor without being asked for', async () => {
    await open(false);
    expect((await until('absent')).now).toMatchObject({ runId: null });
    expect((await send('POST', '/setup/sample-shop')).body.error?.code).toBe('sampleShop.absent');
    await send('POST', '/categories', { code: 'mugs', name: 'Mugs', parent: null });
    await server.close();
    await open(true);
    expect((await until('absent', 'preparing')).now.state).toBe('absent');
  });
});
