import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { removeDir, testDataDir } from '../../testing/data-dir.test.fixture.js';
import { type Database, openDatabase } from '../database.js';
import { Engine } from './engine.js';

const writerModule = fileURLToPath(new URL('./writer.test.child.js', import.meta.url));

let dataDir: string;
let database: Database | undefined;
let child: ChildProcess | undefined;
beforeEach(async () => {
  dataDir = await testDataDir();
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await database?.close();
  database = undefined;
  await removeDir(dataDir);
});

/** A child process that inserts 1, 2, 3 … and tells each number once its insert has returned. */
async function writing(atLeast: number): Promise<{ last(): number; kill(): Promise<void> }> {
  const writer = fork(writerModule, [dataDir]);
  child = writer;
  let last = 0;
  await new Promise<void>((resolve, reject) => {
    writer.on('exit', () => reject(new Error('The writer ended by itself.')));
    writer.on('message', (n: number) => {
      last = n;
      if (n >= atLeast) resolve();
    });
  });
  return {
    last: () => last,
    kill: async () => {
      writer.kill('SIGKILL');
      await once(writer, 'exit');
    },
  };
}

describe('after kill -9', () => {
  test('every acknowledged row is there, and the lock is taken over', async () => {
    const writer = await writing(60);
    await writer.kill();
    database = await openDatabase({ dataDir });
    const { rows } = await database.pool.query<{ n: number }>('SELECT n FROM written ORDER BY n');
    expect(rows.map(({ n }) => n).slice(0, writer.last())).toEqual(
      Array.from({ length: writer.last() }, (_, i) => i + 1),
    );
  });

  test('while the other lives, a second process is refused and told which one it is', async () => {
    await writing(1);
    await expect(openDatabase({ dataDir })).rejects.toMatchObject({
      code: 'database.locked',
      message: expect.stringContaining(`process ${child?.pid}`),
    });
  });
});

describe('the directory lock', () => {
  const lockFile = () => join(dataDir, 'database', 'lock');

  test('refuses the same process too, and is gone after closing', async () => {
    database = await openDatabase({ dataDir });
    await expect(openDatabase({ dataDir })).rejects.toMatchObject({ code: 'database.locked' });
    await database.close();
    database = await openDatabase({ dataDir });
  });

  test('of a process whose number another one has now is stale', async () => {
    database = await openDatabase({ dataDir });
    const held = JSON.parse(await readFile(lockFile(), 'utf8'));
    await database.close();
    await writeFile(lockFile(), JSON.stringify({ ...held, startedAt: 'another time' }));
    database = await openDatabase({ dataDir });
  });

  test('of another machine holds while it is being renewed', async () => {
    await writeFile(lockFile(), JSON.stringify({ pid: 1, host: 'elsewhere', startedAt: '', nonce: 'x' }));
    await expect(openDatabase({ dataDir })).rejects.toThrow('on elsewhere');
  });

  test('that is damaged is taken over', async () => {
    await writeFile(lockFile(), '');
    database = await openDatabase({ dataDir });
  });
});

describe('the engine', () => {
  test('gives its session to one after the other, and tells those who wait too long', async () => {
    const engine = await Engine.open(join(dataDir, 'database', 'pgdata'));
    const release = await engine.acquire(10);
    expect(await engine.acquire(10)).toBeUndefined();
    const waiting = engine.acquire(10_000);
    release?.();
    (await waiting)?.();
    await engine.close();
  });

  test('starts again after its thread died, with all that was committed', async () => {
    const engine = await Engine.open(join(dataDir, 'database', 'pgdata'));
    await engine.execute(query('CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)'));
    await engine.kill();
    expect(Buffer.from(await engine.execute(query('SELECT n FROM kept'))).toString('latin1')).toContain('7');
    await engine.close();
    await expect(engine.execute(query('SELECT 1'))).rejects.toMatchObject({ code: 'database.failed' });
  });
});

function query(sql: string): Buffer {
  const body = Buffer.from(`${sql}\0`);
  const header = Buffer.from('Q\0\0\0\0', 'latin1');
  header.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([header, body]);
}
