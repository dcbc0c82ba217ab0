import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BlobStore } from './blob-store.js';
import { DiskBlobStore } from './disk-blob-store.js';

/** Every adapter passes the same suite. */
const adapters: [name: string, open: (root: string) => Promise<BlobStore>][] = [
  ['disk', (root) => DiskBlobStore.open(root)],
];

const content = Buffer.from('hello, window');
const key = createHash('sha256').update(content).digest('hex');

describe.each(adapters)('blobs on %s', (_name, open) => {
  let root: string;
  let blobs: BlobStore;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'vitrine-blobs-'));
    blobs = await open(join(root, 'blobs'));
  });
  afterEach(() => rm(root, { recursive: true }));

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

    test('can’t be named out of the store', async () => {
      for (const name of ['../out', '/etc', 'a/../../b', '', 'a//b'])
        await expect(blobs.putDirectory(name, source)).rejects.toThrow('is no name');
    });
  });
});

test('what was left by a write interrupted days ago is removed when the disk store opens, nothing younger', async () => {
  const root = await mkdtemp(join(tmpdir(), 'vitrine-blobs-'));
  await mkdir(join(root, 'temporary'));
  for (const name of ['old', 'new']) await writeFile(join(root, 'temporary', name), 'half');
  await utimes(join(root, 'temporary', 'old'), 0, 0);
  await DiskBlobStore.open(root);
  expect(await readdir(join(root, 'temporary'))).toEqual(['new']);
  await rm(root, { recursive: true });
});

async function listed(blobs: BlobStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of blobs.list()) keys.push(key);
  return keys;
}
