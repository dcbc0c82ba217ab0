import './testing/words.test.fixture.js';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq, sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { jobs } from './platform/jobs/tables.js';
import { removeDir } from './platform/testing/data-dir.test.fixture.js';
import { type TestPostgres, testPostgres } from './platform/testing/postgres.test.fixture.js';
import { type TestS3, testS3 } from './platform/testing/s3.test.fixture.js';
import { models } from './registry/tables.js';
import { findRun } from './runs/store.js';
import { runLogs } from './runs/tables.js';
import { openServer, type Server } from './server.js';
import { formOf, type Send, sender } from './testing/http.test.fixture.js';
import { type Loop, openLoop, testModules } from './testing/loop.test.fixture.js';
import { halves } from './testing/pictures.test.fixture.js';

const postgres: TestPostgres = await testPostgres();
const main = new URL('./testing/loop.test.main.js', import.meta.url);

/** Machines here share nothing but a PostgreSQL and a bucket: each has a data directory of its own. */
describe('several machines', () => {
  let s3: TestS3;
  let shared: { url: string; blobs: string };
  const closers: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    s3 = await testS3();
    Object.assign(process.env, s3.environment);
    shared = { url: postgres.url, blobs: s3.setting() };
  });
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
  afterAll(async () => {
    await s3.close();
    await postgres.close();
  });

  async function directory(): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), 'vitrine-machine-'));
    closers.push(() => removeDir(path));
    return path;
  }
  async function worker(): Promise<Loop> {
    const loop = await openLoop(await directory(), shared);
    closers.push(() => loop.close());
    return loop;
  }
  async function server(servesModels: boolean): Promise<Server> {
    const opened = await openServer({
      ...{ dataDir: await directory(), databaseUrl: shared.url, blobs: shared.blobs, taskModules: testModules },
      ...{ listen: false, sampleShop: false, serveModels: servesModels, requestsPerMinute: 0, logLevel: 'error' },
    });
    closers.push(() => opened.close());
    return opened;
  }
  const logsOf = async ({ database }: Loop, runId: string) =>
    (await database.db.select().from(runLogs).where(eq(runLogs.runId, runId))).map(({ message }) => message);

  test('a run goes on elsewhere from the last shared checkpoint after its worker was killed', async () => {
    const config = JSON.stringify({ epochs: 60, pace: 50 });
    const killed = await directory();
    const child = fork(main, [killed, config, JSON.stringify(shared)]);
    const [{ run }] = (await once(child, 'message')) as [{ run: string }];
    child.kill('SIGKILL');
    await once(child, 'exit');
    const other = await worker();
    // So that the test need not wait half a minute for the dead worker's heartbeat to grow old.
    await other.database.db.execute(sql`UPDATE jobs SET heartbeat_at = now() - interval '1 hour'`);
    expect(await other.ended(run)).toMatchObject({ state: 'succeeded', metrics: { accuracy: 1 } });
    const resumed = (await logsOf(other, run)).find((message) => message.startsWith('resumed after epoch'));
    expect(Number(resumed?.split(' ').at(-1))).toBeGreaterThan(0);
    expect(other.served.current('classify')).toMatchObject({ version: 1 });
    const back = await openLoop(killed, shared);
    closers.push(() => back.close());
    await back.training.sweep();
    expect(await readdir(join(killed, 'runs'))).toEqual([]);
  });

  test('workers share the runs, each of which is trained once', async () => {
    const [first, second] = [await worker(), await worker()];
    const request = { task: 'classify', dataset: 'test', config: { epochs: 5, pace: 20 }, promote: false };
    const ids: string[] = [];
    for (let n = 0; n < 4; n++) ids.push((await first.training.start(request, null)).id);
    for (const id of ids) {
      expect(await second.ended(id)).toMatchObject({ state: 'succeeded' });
      expect(await logsOf(first, id)).toEqual(['started']);
    }
    const rows = await first.database.db.select().from(models);
    expect(new Set(rows.map(({ version }) => version)).size).toBe(rows.length);
  });

  test('of promotions at the same time one is the last, and every server serves it', async () => {
    const machines = [await worker(), await worker()];
    const made: string[] = [];
    for (const { training, ended } of machines) {
      const config = { epochs: 1 };
      const { id } = await training.start({ task: 'classify', dataset: 'test', config, promote: false }, null);
      made.push((await ended(id)).modelId ?? '');
    }
    await Promise.all(machines.map(({ registry }, index) => registry.promote(made[index] ?? '', { by: null })));
    const [first, ...more] = await (machines[0] as Loop).database.db
      .select()
      .from(models)
      .where(eq(models.stage, 'production'));
    expect(more).toEqual([]);
    expect(made).toContain(first?.id);
    for (const { served } of machines) while (served.current('classify')?.id !== first?.id) await sleep(20);
  });

  test('what one imports another trains from and all serve', async () => {
    const [first, second] = [await server(true), await server(true)];
    await server(false);
    const sends = [sender(first), sender(second)] as [Send, Send];
    const rows = ['boots', 'shirts'].flatMap((label) =>
      Array.from(
        { length: 20 },
        (_, index) => `${label}-${index},${label.slice(0, -1)} number ${index} of ${label},${label}`,
      ),
    );
    const form = new FormData();
    for (const [name, value] of Object.entries({ name: 'shop', format: 'products' })) form.append(name, value);
    form.append('file', new Blob([`id,title,category\n${rows.join('\n')}\n`]), 'shop.csv');
    expect((await sends[0]('POST', '/datasets/upload', form)).status).toBe(202);
    for (;;) {
      const { body } = await sends[1]('GET', '/datasets/shop');
      if (body.rows === 40) break;
      expect(body.importing).toMatchObject({ error: null });
      await sleep(50);
    }
    // The other server has no file of it but what it fetches.
    expect((await sends[1]('GET', '/datasets/shop/rows?limit=1')).body.items).toHaveLength(1);
    const started = await sends[1]('POST', '/runs', { task: 'classify', dataset: 'shop', config: { smoothing: 0.1 } });
    for (;;) {
      const { body } = await sends[0]('GET', `/runs/${started.body.id}`);
      if (body.state === 'succeeded') break;
      expect(body.error).toBeNull();
      await sleep(50);
    }
    const { body: run } = await sends[0]('GET', `/runs/${started.body.id}`);
    expect((await sends[0]('POST', `/models/${run.modelId}/promote`, { force: true })).status).toBe(200);
    const answers = async (send: Send) => (await send('POST', '/predict/classify', { title: 'boot number 3' })).body;
    for (const send of sends)
      while (
        (await answers(send)).model === undefined ||
        ((await answers(send)).model as { id: string }).id !== run.modelId
      )
        await sleep(50);
    expect(await answers(sends[1])).toMatchObject({ predictions: [{ code: 'boots' }, { code: 'shirts' }] });
    expect((await sends[1]('DELETE', '/datasets/shop')).status).toBe(204);
  });

  test('servers that start at the same moment begin one sample shop', async () => {
    const empty = await testPostgres();
    closers.push(async () => empty.close());
    const blobs = s3.setting();
    const open = async () => {
      const opened = await openServer({
        ...{ dataDir: await directory(), databaseUrl: empty.url, blobs, taskModules: testModules },
        ...{ listen: false, sampleShop: { size: 4 }, serveModels: false, logLevel: 'error' },
      });
      closers.push(() => opened.close());
      return opened;
    };
    const [first] = await Promise.all([open(), open(), open()]);
    const begun = await first.context.db.select().from(jobs).where(eq(jobs.kind, 'sample-shop'));
    expect(begun).toHaveLength(1);
  });

  test('a bucket that browsers reach answers for its photos itself', async () => {
    const direct = await openServer({
      ...{ dataDir: await directory(), databaseUrl: shared.url, blobs: `${shared.blobs}?links=direct` },
      ...{ listen: false, sampleShop: false, serveModels: false, logLevel: 'error' },
    });
    closers.push(() => direct.close());
    const send = sender(direct);
    const { body } = await send('POST', '/images', formOf({ image: await (await halves()).jpeg().toBuffer() }));
    const { status, headers } = await send('GET', `/images/${body.hash}/original`);
    expect(status).toBe(302);
    const photo = await fetch(String(headers.location));
    expect([photo.status, photo.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect((await photo.arrayBuffer()).byteLength).toBe(body.bytes);
  });

  test('a server whose connections are cut goes on, and so does its training', async () => {
    const { training, ended, database } = await worker();
    const config = { epochs: 20, pace: 50 };
    const { id } = await training.start({ task: 'classify', dataset: 'test', config, promote: false }, null);
    while ((await findRun(database.db, id)).fraction < 0.2) await sleep(20);
    const others = sql`pid <> pg_backend_pid() AND datname = current_database()`;
    for (let cut = 0; cut < 20; cut++, await sleep(15))
      await database.db
        .execute(sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${others}`)
        .catch(() => undefined);
    expect(await ended(id)).toMatchObject({ state: 'succeeded', metrics: { accuracy: 1 } });
  });
});
