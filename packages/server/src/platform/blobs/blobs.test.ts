import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type TestS3, testS3 } from '../testing/s3.test.fixture.js';
import { swiftIsHere, testSwift } from '../testing/swift.test.fixture.js';
import type { BlobStore } from './blob-store.js';
import { DiskBlobStore } from './disk-blob-store.js';
import { openBlobs } from './open-blobs.js';
import { S3Bucket } from './s3/bucket.js';
import { DirectoryCache } from './s3/directory-cache.js';
import { S3BlobStore } from './s3/s3-blob-store.js';
import { s3Setting } from './s3/setting.js';

afterAll(async () => {
  for (const directory of made) await rm(directory, { recursive: true, force: true });
});

const made: string[] = [];
async function temporary(name: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), `vitrine-${name}-`));
  made.push(directory);
  return directory;
}

/** Changes a byte of what is stored under a name. */
type Damage = (root: string, setting: string, key: string) => Promise<void>;

const inBucket: Damage = async (_root, setting, key) => {
  const { bucket, prefix, client } = s3Setting(setting);
  await new S3Bucket(bucket, prefix, client).put(key, Buffer.from('something else'));
};
const onDisk: Damage = async (root, _setting, key) => {
  const [kind = '', hash = ''] = key.split('/');
  await writeFile(join(root, 'blobs', kind, hash.slice(0, 2), hash), 'something else');
};

type Adapter = [name: string, serve: () => Promise<TestS3> | undefined, damage: Damage];
const onSwift: Adapter = ['Swift', testSwift, inBucket];
if (!swiftIsHere)
  console.warn('SKIPPED: blobs on OpenStack Swift; it takes swift-proxy, -account, -container, -object.');

/** Every adapter passes the same suite. */
const adapters: Adapter[] = [
  ['disk', () => undefined, onDisk],
  ['S3', testS3, inBucket],
  ...(swiftIsHere ? [onSwift] : []),
];

const content = Buffer.from('hello, window');
const key = createHash('sha256').update(content).digest('hex');

describe.each(adapters)('blobs on %s', (_name, serve, damage) => {
  let server: TestS3 | undefined;
  let root: string;
  let setting: string | undefined;
  let blobs: BlobStore;
  beforeAll(async () => {
    server = await serve();
    for (const [name, value] of Object.entries(server?.environment ?? {})) vi.stubEnv(name, value);
  }, 60_000);
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server?.close();
  });
  beforeEach(async () => {
    root = await temporary('blobs');
    setting = server?.setting();
    blobs = await openBlobs(root, setting);
  });

  test('are named by their content, from bytes or a stream, and stored once', async () => {
    expect(await blobs.put(content)).toBe(key);
    expect(await blobs.put(Readable.from([content.subarray(0, 5), content.subarray(5)]))).toBe(key);
    expect(await listed(blobs)).toEqual([key]);
    expect(await blobs.size(key)).toBe(content.length);
    expect((await blobs.read(key)).equals(content)).toBe(true);
  });

  test('can be read in part', async () => {
    await blobs.put(content);
    expect((await buffer(await blobs.get(key, { start: 7 }))).toString()).toBe('window');
    expect((await buffer(await blobs.get(key, { start: 0, end: 4 }))).toString()).toBe('hello');
  });

  test('that are not there are said to be unknown; names that are no hashes too', async () => {
    for (const name of [key, '../../etc/passwd', '']) {
      await expect(blobs.get(name)).rejects.toMatchObject({ code: 'blob.unknown', status: 404 });
      await expect(blobs.read(name)).rejects.toMatchObject({ code: 'blob.unknown' });
    }
    expect(await blobs.has(key)).toBe(false);
    await blobs.delete(key);
  });

  test('are gone once deleted', async () => {
    await blobs.put(content);
    await blobs.delete(key);
    expect(await blobs.has(key)).toBe(false);
  });

  test('that are large come back the same', async () => {
    const large = randomBytes((33 << 20) + 7);
    const chunks = Readable.from(
      (function* () {
        for (let start = 0; start < large.length; start += 1 << 20) yield large.subarray(start, start + (1 << 20));
      })(),
    );
    const name = await blobs.put(chunks);
    expect(name).toBe(createHash('sha256').update(large).digest('hex'));
    expect((await buffer(await blobs.get(name))).equals(large)).toBe(true);
    expect(
      (await buffer(await blobs.get(name, { start: 20 << 20, end: (20 << 20) + 9 }))).equals(
        large.subarray(20 << 20, (20 << 20) + 10),
      ),
    ).toBe(true);
  });

  test('that are empty are blobs too', async () => {
    const name = await blobs.put(Readable.from([]));
    expect([await blobs.size(name), (await blobs.read(name)).length]).toEqual([0, 0]);
  });

  test('that were damaged are said to be, not handed out as if they were whole', async () => {
    await blobs.put(content);
    await damage(root, setting ?? '', `content/${key}`);
    await expect(blobs.read(key)).rejects.toMatchObject({ code: 'blob.corrupt' });
    await expect(buffer(await blobs.get(key))).rejects.toMatchObject({ code: 'blob.corrupt' });
  });

  test('a source that fails midway leaves nothing', async () => {
    const failing = Readable.from(
      (function* () {
        yield content;
        throw new Error('connection lost');
      })(),
    );
    await expect(blobs.put(failing)).rejects.toThrow('connection lost');
    expect(await listed(blobs)).toEqual([]);
  });

  test('a full disk is a typed error', async () => {
    const full = Readable.from(
      (function* () {
        yield content;
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      })(),
    );
    await expect(blobs.put(full)).rejects.toMatchObject({ code: 'storage.full', status: 507 });
  });

  describe('directories', () => {
    let source: string;
    beforeEach(async () => {
      source = join(root, 'source');
      await mkdir(join(source, 'deep'), { recursive: true });
      await writeFile(join(source, 'model.json'), '{}');
      await writeFile(join(source, 'deep', 'weights'), content);
    });

    test('come back whole, and a later one replaces the earlier', async () => {
      await blobs.putDirectory('models/a', source);
      await rm(join(source, 'deep'), { recursive: true });
      expect((await readFile(join(await blobs.openDirectory('models/a'), 'deep', 'weights'))).equals(content)).toBe(
        true,
      );
      await blobs.putDirectory('models/a', source);
      expect(await readdir(await blobs.openDirectory('models/a'))).toEqual(['model.json']);
    });

    test('are unknown before and after; one that can’t be copied leaves none', async () => {
      await expect(blobs.putDirectory('models/b', join(root, 'nowhere'))).rejects.toThrow();
      expect(await blobs.hasDirectory('models/b')).toBe(false);
      await blobs.putDirectory('models/b', source);
      await blobs.deleteDirectory('models/b');
      await expect(blobs.openDirectory('models/b')).rejects.toMatchObject({ code: 'blob.unknown' });
    });

    test('can be moved in, and are whole all the same', async () => {
      await blobs.putDirectory('models/c', source, { move: true });
      await expect(readdir(source)).rejects.toMatchObject({ code: 'ENOENT' });
      const directory = await blobs.openDirectory('models/c');
      expect((await readdir(directory)).sort()).toEqual(['deep', 'model.json']);
      expect((await readFile(join(directory, 'deep', 'weights'))).equals(content)).toBe(true);
    });

    test('can’t be named out of the store', async () => {
      for (const name of ['../out', '/etc', 'a/../../b', '', 'a//b'])
        await expect(blobs.putDirectory(name, source)).rejects.toThrow('is no name');
    });
  });
});

describe('a bucket', () => {
  let s3: TestS3;
  beforeAll(async () => {
    s3 = await testS3();
    for (const [name, value] of Object.entries(s3.environment)) vi.stubEnv(name, value);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await s3.close();
  });

  test('is one store for several machines, each with copies of its own', async () => {
    const setting = s3.setting();
    const [first, second] = await Promise.all(
      ['a', 'b'].map(async (name) => openBlobs(await temporary(name), setting)),
    );
    const source = await temporary('source');
    await writeFile(join(source, 'weights'), content);
    await first?.putDirectory('models/a', source);
    const fetched = (await second?.openDirectory('models/a')) ?? '';
    expect((await readFile(join(fetched, 'weights'))).equals(content)).toBe(true);
    expect(await second?.openDirectory('models/a')).toBe(fetched);
    await writeFile(join(source, 'weights'), 'other');
    await first?.putDirectory('models/a', source, { move: true });
    const later = (await second?.openDirectory('models/a')) ?? '';
    expect(await readFile(join(later, 'weights'), 'utf8')).toBe('other');
    expect((await readFile(join(fetched, 'weights'))).equals(content)).toBe(true);
    const damaged = createHash('sha256').update('other').digest('hex');
    await inBucket('', setting, `directories/models/a/${damaged}`);
    const third = await openBlobs(await temporary('c'), setting);
    await expect(third.openDirectory('models/a')).rejects.toMatchObject({ code: 'blob.corrupt' });
  });

  test('hands out links that anyone can follow, where that was set', async () => {
    const root = await temporary('links');
    const setting = s3.setting();
    const options = { seconds: 60, type: 'text/plain' };
    expect(await (await openBlobs(root, setting)).link(key, options)).toBeUndefined();
    const blobs = await openBlobs(root, `${setting}?links=direct`);
    await blobs.put(content);
    const answer = await fetch((await blobs.link(key, options)) ?? '');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain']);
    expect(await answer.text()).toBe(content.toString());
  });

  test('that goes away is a typed error', async () => {
    if (process.env.VITRINE_TEST_S3) return;
    const gone = await testS3();
    const setting = { ...s3Setting(gone.setting(), { ...process.env, ...gone.environment }) };
    const blobs = await S3BlobStore.open(setting, await temporary('gone'));
    await gone.close();
    for (const ask of [() => blobs.put(content), () => blobs.read(key), () => blobs.openDirectory('models/a')])
      await expect(ask()).rejects.toMatchObject({ code: 'blobs.unreachable', status: 503 });
  });

  test('is listed page after page', async () => {
    const { bucket, prefix, client } = s3Setting(s3.setting());
    const objects = new S3Bucket(bucket, prefix, client);
    const names = Array.from({ length: 7 }, (_, index) => `list/${index}`);
    for (const name of names) await objects.put(name, content);
    await objects.put('other', content);
    const found: string[] = [];
    for await (const name of objects.list('list/', 3)) found.push(name);
    expect(found).toEqual(names);
  });

  test.each([
    ['file:///tmp', 'blobs.setting'],
    ['s3://', 'blobs.setting'],
    ['s3://shop/x?region=eu', 'blobs.setting'],
    ['s3://no-such-bucket/x', 'blobs.unreachable'],
  ])('that can’t be used is said when the server opens: %s', async (setting, code) => {
    const root = await temporary('setting');
    await expect(openBlobs(root, setting)).rejects.toMatchObject({ code });
  });
});

test('a machine’s copies of directories go when nobody opened them for long', async () => {
  const root = await temporary('copies');
  const cache = new DirectoryCache(root);
  for (const version of ['old', 'used']) await cache.open(version, async () => undefined);
  for (const version of ['old', 'used']) await utimes(join(root, version), 0, 0);
  await cache.open('used', () => Promise.reject(new Error('it is there')));
  await cache.open('new', async () => undefined);
  expect((await readdir(root)).sort()).toEqual(['new', 'used']);
  await expect(cache.open('failing', () => Promise.reject(new Error('cut off')))).rejects.toThrow('cut off');
  expect((await readdir(root)).sort()).toEqual(['new', 'used']);
});

test('a directory that a machine has just made takes the place of its copy, which may have been damaged', async () => {
  const root = await temporary('copies');
  const cache = new DirectoryCache(root);
  await cache.open('version', (directory) => writeFile(join(directory, 'weights'), 'damaged'));
  const made = await temporary('made');
  await writeFile(join(made, 'weights'), content);
  await cache.adopt('version', made);
  const path = await cache.open('version', () => Promise.reject(new Error('it is there')));
  expect((await readFile(join(path, 'weights'))).equals(content)).toBe(true);
  expect(await readdir(root)).toEqual(['version']);
});

test('what was left by a write interrupted days ago is removed when the disk store opens, nothing younger', async () => {
  const root = await temporary('blobs');
  await mkdir(join(root, 'temporary'));
  for (const name of ['old', 'new']) await writeFile(join(root, 'temporary', name), 'half');
  await utimes(join(root, 'temporary', 'old'), 0, 0);
  await DiskBlobStore.open(root);
  expect(await readdir(join(root, 'temporary'))).toEqual(['new']);
});

async function listed(blobs: BlobStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of blobs.list()) keys.push(key);
  return keys;
}
