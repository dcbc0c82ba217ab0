import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mountSmallDisk } from '../../../testing/small-disk.test.fixture.js';
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
    await mkdir(dirname(lockFile()));
    await writeFile(lockFile(), JSON.stringify({ pid: 1, host: 'elsewhere', startedAt: '', nonce: 'x' }));
    await expect(openDatabase({ dataDir })).rejects.toThrow('on elsewhere');
  });

  test('that is damaged is taken over', async () => {
    await mkdir(dirname(lockFile()));
    await writeFile(lockFile(), '');
    database = await openDatabase({ dataDir });
  });
});

describe('on a full disk', () => {
  test('says so when its log finds no room, and goes on with all that was committed once there is some', async ({
    skip,
  }) => {
    const disk = mountSmallDisk(dataDir);
    if (!disk) return skip();
    try {
      disk.grow(120);
      database = await openDatabase({ dataDir });
      await database.pool.query('CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)');
      disk.fill();
      const refused = await writeUntilRefused(database);
      expect(refused).toMatchObject({ code: '53100', message: expect.stringMatching(/pg_wal.*No space left/) });
      await expect(database.pool.query('INSERT INTO kept VALUES (-1)')).rejects.toThrow('Check the free space');
      disk.free();
      await database.pool.query('INSERT INTO kept VALUES (0)');
      const { rows } = await database.pool.query<{ n: number }>('SELECT n FROM kept ORDER BY n');
      expect(rows.length).toBeGreaterThan(3);
      expect(rows.map(({ n }) => n)).toEqual(Array.from({ length: rows.length }, (_, n) => n));
    } finally {
      await database?.close();
      database = undefined;
      disk.remove();
    }
  });
});

/** Inserts 2, 3 … each with a megabyte in the log, until the disk has no room for more of it; why it was refused. */
async function writeUntilRefused({ pool }: Database): Promise<unknown> {
  for (let n = 2; n < 60; n++) {
    try {
      await pool.query(
        `WITH noise AS (SELECT string_agg(md5(random()::text), '') AS text FROM generate_series(1, 30000))
         INSERT INTO kept SELECT ${n} FROM (SELECT pg_logical_emit_message(true, 'test', text) FROM noise) AS told`,
      );
    } catch (error) {
      return error;
    }
  }
  return undefined;
}

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
