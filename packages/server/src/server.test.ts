import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { serverFileName } from './accounts/local-token.js';
import { type TestServer, testServer } from './accounts/testing.test.fixture.js';
import { removeDir, testDataDir } from './platform/testing/data-dir.test.fixture.js';
import { testPostgres } from './platform/testing/postgres.test.fixture.js';
import { openServer } from './server.js';

const serverModule = fileURLToPath(new URL('./server.test.child.js', import.meta.url));
const password = 'a long enough one';
const options = { listen: true, port: 0 } as const;

let dataDir: string;
let server: TestServer | undefined;
let child: ChildProcess | undefined;
beforeEach(async () => {
  dataDir = await testDataDir();
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await server?.close();
  server = undefined;
  await removeDir(dataDir);
});

const serverFile = async () => JSON.parse(await readFile(join(dataDir, serverFileName), 'utf8'));

describe('a running server', () => {
  test('answers health, readiness and metrics; says what it is to administrators; works for the command line', async () => {
    server = await testServer({ ...options, dataDir });
    const get = (path: string, headers = {}) => fetch(`${server?.url}${path}`, { headers });
    expect((await get('/healthz')).status).toBe(200);
    expect(await (await get('/readyz')).json()).toMatchObject({ status: 'ready', checks: { database: true } });
    expect(await (await get('/metrics')).text()).toMatch(/process_resident_memory_bytes \d{7,}/);

    const { url, pid, token } = await serverFile();
    expect([url, pid]).toEqual([server.url, process.pid]);
    expect((await stat(join(dataDir, serverFileName))).mode & 0o777).toBe(0o600);
    const authorization = `Bearer ${token}`;
    const system = await (await get('/api/v1/system', { authorization })).json();
    expect(system).toMatchObject({ database: 'embedded', dataDir });
    expect((await get('/api/v1/me', { authorization })).status).toBe(403);

    await server.close();
    await expect(serverFile()).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('is not ready while a feature says no', async () => {
    server = await testServer({ dataDir });
    server.context.readiness.set('models', () => false);
    const answer = await server.app.inject('/readyz');
    expect([answer.statusCode, answer.json()]).toEqual([503, expect.objectContaining({ status: 'starting' })]);
  });

  test('answers only to its own names while it listens on this machine alone', async () => {
    server = await testServer({ dataDir, publicUrl: 'https://shop.example' });
    const asked = async (host: string) =>
      (await server?.app.inject({ url: '/healthz', headers: { host } }))?.statusCode;
    for (const host of ['localhost:8700', '127.0.0.1', '[::1]:8700', 'shop.example'])
      expect(await asked(host)).toBe(200);
    for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1@evil', 'a b'])
      expect(await asked(host)).toBe(403);
    await server.close();
    server = await testServer({ dataDir, host: '0.0.0.0' });
    expect(await asked('any.example')).toBe(200);
  });

  test('tells its metrics to this machine, and to others with the token', async () => {
    server = await testServer({ dataDir, metricsToken: 'let me see' });
    const asked = async (options: object) => (await server?.app.inject({ url: '/metrics', ...options }))?.statusCode;
    const remoteAddress = '10.0.0.9';
    expect(await asked({})).toBe(200);
    expect(await asked({ remoteAddress })).toBe(403);
    expect(await asked({ headers: { 'x-forwarded-for': '10.0.0.9' } })).toBe(403);
    expect(await asked({ remoteAddress, headers: { authorization: 'Bearer wrong' } })).toBe(403);
    expect(await asked({ remoteAddress, headers: { authorization: 'Bearer let me see' } })).toBe(200);
    await server.close();
    server = await testServer({ dataDir, metricsToken: 'let me see', publicUrl: 'https://shop.example' });
    expect(await asked({})).toBe(403);
    expect(await asked({ headers: { authorization: 'Bearer let me see' } })).toBe(200);
  });

  test('shows and cancels jobs', async () => {
    server = await testServer({ dataDir });
    const kind = server.context.jobs.define({
      kind: 'waiting',
      input: z.object({}),
      handler: ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true })),
    });
    const { id } = await kind.start({});
    const as = { authorization: `Bearer ${server.localToken}` };
    const job = async () => (await server?.call('GET', `/jobs/${id}`, undefined, as))?.json();
    while ((await job()).state !== 'running') await sleep(20);
    expect((await server.call('GET', '/jobs', undefined, as)).json()).toMatchObject({ total: 1, items: [{ id }] });
    expect((await server.call('POST', `/jobs/${id}/cancel`, undefined, as)).statusCode).toBe(200);
    while ((await job()).state !== 'cancelled') await sleep(20);
    expect((await server.call('POST', `/jobs/${id}/cancel`, undefined, as)).json().error.code).toBe('job.finished');
    expect((await server.call('GET', '/jobs/none', undefined, as)).json().error.code).toBe('job.unknown');
  });
});

test('files that belong to another database are not mixed in', async () => {
  const postgres = await testPostgres();
  server = await testServer({ dataDir, databaseUrl: postgres.url });
  await server.close();
  server = await testServer({ dataDir, databaseUrl: postgres.url });
  await server.close();
  const other = await testDataDir();
  const refused = testServer({ dataDir: other, databaseUrl: postgres.url });
  await expect(refused).rejects.toMatchObject({
    code: 'blobs.other',
    message: expect.stringContaining('VITRINE_BLOBS'),
  });
  await removeDir(other);
  await postgres.close();
});

test('works the same on PostgreSQL', async () => {
  const postgres = await testPostgres();
  const admin = { email: 'a@example.com', password };
  server = await testServer({ dataDir, databaseUrl: postgres.url, admin });
  expect((await server.call('POST', '/auth/login', admin)).json().role).toBe('admin');
  const as = { authorization: `Bearer ${server.localToken}` };
  expect((await server.call('GET', '/system', undefined, as)).json().database).toBe('postgresql');
  await server.close();
  await postgres.close();
});

describe('opening', () => {
  test('creates the administrator it is given, once, and refuses a weak password', async () => {
    const weak = { email: 'a@example.com', password: 'short' };
    await expect(testServer({ dataDir, admin: weak })).rejects.toMatchObject({ code: 'config.admin' });
    const admin = { email: 'a@example.com', password };
    server = await testServer({ dataDir, admin });
    expect((await server.call('POST', '/auth/login', admin)).json().role).toBe('admin');
    await server.close();
    server = await testServer({ dataDir, admin: { ...admin, password: 'changed in the environment' } });
    expect((await server.call('POST', '/auth/login', admin)).statusCode).toBe(200);
  });

  test('a port that is taken is said, and nothing stays open', async () => {
    server = await testServer({ ...options, dataDir });
    const port = Number(new URL(server.url as string).port);
    const other = await testDataDir();
    const refused = { code: 'server.port', message: expect.stringContaining(String(port)) };
    await expect(testServer({ dataDir: other, listen: true, port })).rejects.toMatchObject(refused);
    await (await testServer({ dataDir: other })).remove();
  });

  test('a data directory that can’t be made is said', async () => {
    const impossible = openServer({ dataDir: '/dev/null/here', listen: false, logLevel: 'silent' });
    await expect(impossible).rejects.toMatchObject({ code: 'server.dataDir' });
  });
});

test('a second server is refused; after kill -9 the next one has every acknowledged row', async () => {
  const first = fork(serverModule, [dataDir]);
  child = first;
  const [{ url, token }] = (await once(first, 'message')) as [{ url: string; token: string }];
  await expect(testServer({ dataDir })).rejects.toMatchObject({ code: 'database.locked', details: { pid: first.pid } });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  for (const name of ['ada', 'bob']) {
    const body = JSON.stringify({ email: `${name}@example.com`, name, role: 'seller', password });
    expect((await fetch(`${url}/api/v1/users`, { method: 'POST', headers, body })).status).toBe(201);
  }
  first.kill('SIGKILL');
  await once(first, 'exit');
  server = await testServer({ dataDir });
  const as = { authorization: `Bearer ${server.localToken}` };
  expect((await server.call('GET', '/users', undefined, as)).json().total).toBe(2);
});
