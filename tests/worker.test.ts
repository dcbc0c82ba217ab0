import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

type Fixture = typeof import('../packages/server/dist/platform/testing/postgres.test.fixture.js');
const fixture = new URL('../../packages/server/dist/platform/testing/postgres.test.fixture.js', import.meta.url);
const bin = fileURLToPath(new URL('../../packages/cli/bin/vitrine.js', import.meta.url));

interface Run {
  id: string;
  state: string;
  modelId: string | null;
}

let directory: string;
let postgres: Awaited<ReturnType<Fixture['testPostgres']>>;
const children: ChildProcess[] = [];

beforeAll(async () => {
  const { testPostgres } = (await import(fixture.href)) as Fixture;
  postgres = await testPostgres();
  directory = await mkdtemp(join(tmpdir(), 'vitrine-worker-'));
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await postgres?.close();
  await rm(directory, { recursive: true, force: true, maxRetries: 5 });
});

const environment = () => ({ ...process.env, DATABASE_URL: postgres.url });
const withData = (words: string[]) => [bin, ...words, '--data-dir', join(directory, 'data'), '--json'];

/** A command that goes on until it is ended, once it has said that it is ready. */
async function going(...words: string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, withData(words), { env: environment(), stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`vitrine ${words[0]} ended with ${code}.`))),
  ]);
  return child;
}

async function ask<T>(...words: string[]): Promise<T> {
  const { stdout } = await promisify(execFile)(process.execPath, withData(words), { env: environment() });
  return JSON.parse(stdout) as T;
}

describe('a worker beside a server on PostgreSQL', () => {
  it('trains what the server leaves to it, and ends when it is told to', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `${i},${i % 2 ? 'leather boot' : 'silk shirt'} ${i},${i % 2}`);
    await writeFile(join(directory, 'shop.csv'), `id,title,label\n${rows.join('\n')}\n`);
    await going('start', '--no-sample-shop', '--no-training', '--port', '0');
    await ask('data', 'import', 'products', join(directory, 'shop.csv'), '--name', 'shop');
    const settings = ['model=text', 'epochs=2', '--data', 'shop'];
    const training = ask<Run>('train', 'classify', ...settings);
    const waiting = async () => (await ask<{ items: Run[] }>('runs', 'list')).items[0]?.state;
    while ((await waiting()) === undefined) await sleep(100);
    // Nobody is there to take it.
    expect(await waiting()).toBe('queued');

    const worker = await going('worker');
    const run = await training;
    expect(run).toMatchObject({ state: 'succeeded', modelId: expect.any(String) });
    const ended = once(worker, 'exit');
    worker.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });
});
