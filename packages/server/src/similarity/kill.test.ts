import { fork } from 'node:child_process';
import { once } from 'node:events';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { DiskBlobStore } from '../platform/blobs/disk-blob-store.js';
import { removeDir, testDataDir } from '../platform/testing/data-dir.test.fixture.js';
import { kinds, photoOf, type TestEncoders, testEncoders } from './testing/encoders.test.fixture.js';
import { openShop } from './testing/shop.test.fixture.js';

const PRODUCTS = 300;

let encoders: TestEncoders;
let dataDir: string;
beforeAll(async () => {
  encoders = await testEncoders();
  dataDir = await testDataDir();
});
afterAll(async () => {
  vi.restoreAllMocks();
  await encoders.remove();
  await removeDir(dataDir);
});

it('goes on with embedding after a kill, the model before answering until all photos are seen', async () => {
  const before = await openShop({ dataDir });
  const { db, blobs } = before.server.context;
  for (let number = 0; number < PRODUCTS; number++) {
    const image = await blobs.put(await photoOf(kinds[number % 4] ?? 'plain', number));
    await db.execute(sql`INSERT INTO images (hash, width, height, bytes) VALUES (${image}, 32, 32, 1)`);
    await db.execute(sql`INSERT INTO products (id, title, images) VALUES (${`p${number}`}, 'P', ARRAY[${image}])`);
  }
  const first = await before.promote(encoders.first);
  const { photos } = await before.until(({ state }) => state === 'ready');
  await before.server.close();

  const child = fork(new URL('./testing/kill.test.main.js', import.meta.url), [dataDir, encoders.second]);
  await once(child, 'message');
  child.kill('SIGKILL');
  await once(child, 'exit');

  const letGo = holdPhotos();
  const after = await openShop({ dataDir });
  const { model, next } = await after.until((status) => status.model !== null && status.next !== null);
  expect(model?.id).toBe(first);
  expect(next?.done).toBeGreaterThan(0);
  expect(next?.done).toBeLessThan(photos);
  const checks = await photoOf('checks', 2);
  // Until its index is open again, a search is told to come back.
  const answer = () => after.search(checks).catch(() => undefined);
  await expect.poll(async () => (await answer())?.model.id).toBe(first);
  letGo();
  const ready = await after.until(({ state }) => state === 'ready');
  expect(ready).toMatchObject({ model: { version: 2 }, embedded: photos, failed: 0, waiting: 0 });
  const { results } = await after.search(checks);
  expect(results[0]?.score).toBeGreaterThan(0.98);
  await after.server.close();
}, 300_000);

/** Photos are given only once they are let go: the few that are left would all be seen before anyone has looked. */
function holdPhotos(): () => void {
  const { read } = DiskBlobStore.prototype;
  let letGo = () => {};
  const gone = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  vi.spyOn(DiskBlobStore.prototype, 'read').mockImplementation(async function (this: DiskBlobStore, key) {
    await gone;
    return read.call(this, key);
  });
  return letGo;
}
