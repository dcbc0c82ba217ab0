import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServer, type Server, type ServerOptions } from './server.js';
import { type Send, sender } from './testing/http.test.fixture.js';
import { addTestData, testModules } from './testing/loop.test.fixture.js';

/** ONNX Runtime has each of these on another system only. */
const elsewhere = process.platform === 'darwin' ? 'dml' : 'coreml';
const onThree = { threads: 3, providers: ['cpu'], arena: false };

let directory: string;
const open = (engine: ServerOptions['engine']) =>
  openServer({
    dataDir: directory,
    listen: false,
    sampleShop: false,
    logLevel: 'silent',
    taskModules: testModules,
    engine,
  });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vitrine-engine-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('what the engine is told to run on', () => {
  let server: Server;
  let send: Send;

  beforeAll(async () => {
    server = await open({ threads: '3', provider: elsewhere, arena: 'off' });
    send = sender(server);
    await addTestData(server.context, directory);
  });
  afterAll(() => server.close());

  test('reaches a training, whose log says why the provider is another, and the model that answers', async () => {
    const run = { task: 'classify', dataset: 'test', config: { tellEngine: true }, promote: true };
    await send('POST', '/runs', run);
    while ((await send('GET', '/runs/1')).body.state !== 'succeeded') await sleep(50);
    const logs = (await send('GET', '/runs/1/logs')).body as unknown as { level: string; message: string }[];
    const fallback = logs.find(({ message }) => message.includes(`VITRINE_PROVIDER=${elsewhere} fails its self-test`));
    expect(fallback).toMatchObject({ level: 'warn', message: expect.stringContaining('The engine runs on the CPU') });
    const told = logs.find(({ message }) => message.startsWith('{'));
    expect(JSON.parse(told?.message ?? 'null')).toEqual(onThree);
    const { body } = await send('POST', '/predict/classify', { title: 'tell the engine' });
    expect(JSON.parse(body.error?.message ?? 'null')).toEqual(onThree);
  });
});

test('a server that is told nonsense does not start', async () => {
  await expect(open({ provider: 'abacus' })).rejects.toMatchObject({ code: 'engine.setting' });
});
