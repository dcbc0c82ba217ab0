import '../testing/words.test.fixture.js';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeDir, testDataDir } from '../platform/testing/data-dir.test.fixture.js';
import { openServer, type Server } from '../server.js';
import { type Send, sender } from '../testing/http.test.fixture.js';
import { addTestData, testModules } from '../testing/loop.test.fixture.js';
import { mountSmallDisk, type SmallDisk } from '../testing/small-disk.test.fixture.js';

interface Run {
  id: string;
  state: string;
  fraction: number;
  error: { code: string; message: string } | null;
}

let dataDir: string;
let server: Server;
let send: Send;
let disk: SmallDisk | undefined;

/** A server that keeps a part of its data directory on a disk of its own. */
async function openWith(part: string): Promise<boolean> {
  disk = mountSmallDisk(join(dataDir, part));
  if (!disk) return false;
  server = await openServer({
    ...{ dataDir, listen: false, logLevel: 'silent', sampleShop: false, taskModules: testModules },
  });
  send = sender(server);
  await addTestData(server.context, join(dataDir, 'made'));
  return true;
}

const start = async (config: object): Promise<Run> =>
  (await send('POST', '/runs', { task: 'classify', dataset: 'test', config, promote: true })).body as unknown as Run;

async function until(id: string, is: (run: Run) => boolean): Promise<Run> {
  for (;;) {
    const run = (await send('GET', `/runs/${id}`)).body as unknown as Run;
    if (is(run)) return run;
    await sleep(20);
  }
}
const ended = (id: string) => until(id, ({ state }) => state === 'failed' || state === 'succeeded');
const models = async () => (await send('GET', '/models')).body as unknown as { stage: string; runId: string }[];

/** The run says that the disk is full, and nothing came of it; resumed once there is room it ends well. */
async function failsThenResumes(id: string): Promise<void> {
  expect(await ended(id)).toMatchObject({
    state: 'failed',
    error: { code: 'storage.full', message: expect.stringMatching(/^The disk is full: .*free some space/is) },
  });
  expect(await models()).toEqual([]);
  disk?.free();
  expect((await send('POST', `/runs/${id}/resume`)).status).toBe(200);
  expect(await ended(id)).toMatchObject({ state: 'succeeded', error: null });
  expect(await models()).toMatchObject([{ stage: 'production', runId: id }]);
}

describe('a training on a disk that is full', () => {
  beforeEach(async () => {
    dataDir = await testDataDir();
  });
  afterEach(async () => {
    await server?.close();
    disk?.remove();
    await removeDir(dataDir);
  });

  it('from the start', async ({ skip }) => {
    if (!(await openWith('runs'))) return skip('mounting a small disk needs root');
    disk?.fill();
    await failsThenResumes((await start({})).id);
  });

  it('from its second checkpoint on goes on from the first', async ({ skip }) => {
    if (!(await openWith('runs'))) return skip('mounting a small disk needs root');
    // Long enough for the disk to be filled in the midst of it on a busy machine, too.
    const epochs = 20;
    const { id } = await start({ epochs, pace: 800 });
    await until(id, ({ fraction }) => fraction > 0);
    disk?.fill();
    await failsThenResumes(id);
    const logs = (await send('GET', `/runs/${id}/logs`)).body as unknown as { items: { message: string }[] };
    const resumed = Number(/resumed after epoch (\d+)/.exec(JSON.stringify(logs))?.[1]);
    expect(resumed).toBeGreaterThan(0);
    expect(resumed).toBeLessThan(epochs);
  });

  it('when its model is to be kept', async ({ skip }) => {
    if (!(await openWith('blobs'))) return skip('mounting a small disk needs root');
    disk?.fill();
    await failsThenResumes((await start({ epochs: 2 })).id);
  });
});
