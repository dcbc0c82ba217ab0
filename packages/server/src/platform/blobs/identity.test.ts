import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DiskBlobStore } from './disk-blob-store.js';
import { checkIdentity, type Notes } from './identity.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vitrine-identity-test-'));
});
afterAll(() => rm(root, { recursive: true }));

/** A database that keeps notes. */
function database(): Notes & { values: Map<string, unknown> } {
  const values = new Map<string, unknown>();
  return {
    values,
    settle: async (key, value) => {
      if (!values.has(key)) values.set(key, value);
      return values.get(key);
    },
    write: async (key, value) => void values.set(key, value),
  };
}

test('the first process marks its store; the same store is accepted ever after, another is not', async () => {
  const notes = database();
  const store = await DiskBlobStore.open(join(root, 'first'));
  await checkIdentity(store, notes);
  await checkIdentity(store, notes);
  const other = await DiskBlobStore.open(join(root, 'other'));
  await expect(checkIdentity(other, notes)).rejects.toMatchObject({ code: 'blobs.other', status: 409 });
  await expect(checkIdentity(store, notes)).resolves.toBeUndefined();
});

test('the store of one database is refused to another that has its own', async () => {
  const stores = await Promise.all(['a', 'b'].map((name) => DiskBlobStore.open(join(root, name))));
  const databases = [database(), database()];
  for (const [index, store] of stores.entries()) await checkIdentity(store, databases[index] as Notes);
  await expect(checkIdentity(stores[0] as DiskBlobStore, databases[1] as Notes)).rejects.toMatchObject({
    code: 'blobs.other',
  });
});

test('a new database may begin with a store that is there, without taking it from the old one', async () => {
  const store = await DiskBlobStore.open(join(root, 'shared'));
  const [old, fresh] = [database(), database()];
  for (const notes of [old, fresh, old, fresh]) await expect(checkIdentity(store, notes)).resolves.toBeUndefined();
});

test('of two that start together with one store both go on', async () => {
  const notes = database();
  const store = await DiskBlobStore.open(join(root, 'together'));
  await Promise.all([checkIdentity(store, notes), checkIdentity(store, notes)]);
});

test('a start that was killed before it marked its store keeps none from starting', async () => {
  const notes = database();
  notes.values.set('blobStore', { id: 'of the killed', marked: false });
  const store = await DiskBlobStore.open(join(root, 'killed'));
  await checkIdentity(store, notes);
  await checkIdentity(store, notes);
});
