import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DiskBlobStore } from '../../blobs/disk-blob-store.js';
import { openLog } from '../../log.js';
import { clusteredVectors } from '../testing/clustered.test.fixture.js';
import { GraphPolicy } from './graph-policy.js';
import { MemoryVectors } from './memory-vectors.js';

const saver = fileURLToPath(new URL('./saving.test.child.js', import.meta.url));

let directory: string;
let blobs: DiskBlobStore;
let vectors: MemoryVectors;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vitrine-vectors-'));
  blobs = await DiskBlobStore.open(join(directory, 'blobs'));
  const options = { blobs, scratch: join(directory, 'scratch'), log: openLog('silent') };
  vectors = await MemoryVectors.open({ ...options, policy: new GraphPolicy({ graphFrom: 300, newcomers: 1000 }) });
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('a saved index', () => {
  const { entries } = clusteredVectors({ count: 400, dimension: 16, queries: 0, seed: 3 });
  beforeEach(async () => {
    const index = await vectors.open('model', 16);
    await index.upsert(entries);
    await index.settled();
    await index.save('whole');
    await index.close();
  });

  const files = ['graph.usearch', 'keys.i32', 'rows.jsonl', 'vectors.f32', 'index.json'];
  test.each(files)('whose %s was cut short, changed or lost begins empty, and can be saved again', async (file) => {
    const path = join(await blobs.openDirectory('indexes/model'), file);
    const content = await readFile(path);
    const flipped = Buffer.from(content);
    flipped.writeUInt8(flipped.readUInt8(content.length >> 1) ^ 0x10, content.length >> 1);
    const damages = [
      () => truncate(path, content.length >> 1),
      () => truncate(path, 0),
      () => writeFile(path, flipped),
      () => rm(path),
    ];
    for (const damage of damages) {
      await damage();
      const index = await vectors.open('model', 16);
      expect([index.stamp, index.size]).toEqual([undefined, 0]);
      await index.close();
    }
    const index = await vectors.open('model', 16);
    await index.upsert(entries.slice(0, 3));
    await index.save('anew');
    await index.close();
    expect((await vectors.open('model', 16)).stamp).toBe('anew');
  });

  test('goes on with its graph, and is saved with it while another start uses the first', async () => {
    const first = await vectors.open('model', 16);
    const second = await vectors.open('model', 16);
    expect([first.backend, second.backend]).toEqual(['usearch', 'usearch']);
    await first.remove([entries[0]?.id ?? '']);
    await first.save('less');
    await first.close();
    const query = entries[0]?.vector ?? new Float32Array();
    expect((await second.search(query, { limit: 1 }))[0]?.id).toBe('p0');
    const third = await vectors.open('model', 16);
    expect([third.stamp, third.size, third.backend]).toEqual(['less', 399, 'usearch']);
    expect((await third.search(query, { limit: 1 }))[0]?.id).not.toBe('p0');
    await second.close();
    await third.close();
  });
});

test('without its graph’s file, which caches may lose, an index is saved all the same', async () => {
  const { entries } = clusteredVectors({ count: 400, dimension: 16, queries: 0, seed: 3 });
  const index = await vectors.open('model', 16);
  await index.upsert(entries);
  await index.settled();
  for (const file of await readdir(join(directory, 'scratch'))) await rm(join(directory, 'scratch', file));
  await index.save('rows');
  await index.close();
  const again = await vectors.open('model', 16);
  await again.settled();
  expect([again.stamp, again.size, again.backend]).toEqual(['rows', 400, 'usearch']);
  await again.close();
});

test('a process killed while it saves leaves what it saved before, or nothing, never a half', async () => {
  const child = fork(saver, [directory]);
  let said = 0;
  await new Promise<void>((resolve, reject) => {
    child.on('exit', () => reject(new Error('The process ended by itself.')));
    child.on('message', (size: number) => {
      said = size;
      // Into the middle of the next one.
      if (size >= 405) setTimeout(resolve, 3);
    });
  });
  child.kill('SIGKILL');
  await once(child, 'exit');
  const index = await vectors.open('model', 16);
  if (index.stamp === undefined) expect(index.size).toBe(0);
  else {
    expect(index.size).toBe(Number(index.stamp));
    expect(index.size).toBeGreaterThanOrEqual(said);
  }
  await index.close();
});

test('changes made while it is saved wait for it, and are in the next search', async () => {
  const { entries } = clusteredVectors({ count: 400, dimension: 16, queries: 0, seed: 4 });
  const index = await vectors.open('model', 16);
  await index.upsert(entries.slice(0, 390));
  const saving = index.save('early');
  await index.upsert(entries.slice(390));
  await saving;
  expect((await index.search(entries[395]?.vector ?? new Float32Array(), { limit: 1 }))[0]?.id).toBe('p395');
  await index.close();
  expect((await vectors.open('model', 16)).size).toBe(390);
});
