import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReadRow } from './example.js';
import { IMAGES_FILE, MANIFEST_FILE, ROWS_FILE, type SnapshotRow } from './manifest.js';
import { openSnapshot, type Snapshot } from './snapshot.js';
import { writeSnapshot } from './writer.js';

const PIXELS = 16;
const bytesOf = (row: number) => Buffer.alloc(PIXELS, row);

async function* rows(): AsyncGenerator<ReadRow> {
  for (let row = 1; row <= 4; row++) {
    const picture = { kind: 'gray8' as const, bytes: bytesOf(row), width: 4, height: 4 };
    yield { example: { row, id: `${row}`, title: `Number ${row}`, picture } };
  }
}

let folder: string;
let directory: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-snapshot-'));
  const place = () => join(folder, 'snapshot');
  ({ directory } = await writeSnapshot(rows(), {
    ...{ name: 'test', format: 'products', temporary: join(folder, 'temporary'), place },
  }));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Puts other text of the same length in the place of some. */
async function change(file: string, from: string, to: string): Promise<void> {
  const path = join(directory, file);
  const text = await readFile(path, 'latin1');
  expect([text.includes(from), to.length]).toEqual([true, from.length]);
  await writeFile(path, text.replace(from, to), 'latin1');
}

async function withSnapshot<T>(use: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  const snapshot = await openSnapshot(directory);
  return use(snapshot).finally(() => snapshot.close());
}

async function rowsOf(snapshot: Snapshot): Promise<SnapshotRow[]> {
  const found: SnapshotRow[] = [];
  for await (const row of snapshot.rows()) found.push(row);
  return found;
}

const damaged = (file: string) => ({
  code: 'data.snapshot',
  message: expect.stringMatching(new RegExp(`^${file}.*import the data set again`)),
});

describe('a snapshot', () => {
  it('gives the rows and pictures that were written', async () => {
    const pictures = await withSnapshot(async (snapshot) => {
      const found = await rowsOf(snapshot);
      return Promise.all(found.map(({ image }) => image && snapshot.image(image)));
    });
    expect(pictures).toEqual([1, 2, 3, 4].map(bytesOf));
  });

  it.each([ROWS_FILE, IMAGES_FILE])('whose %s was cut short or lost is not opened', async (file) => {
    const path = join(directory, file);
    const whole = await readFile(path);
    // After a row or a picture: what is left can be read.
    const end = file === ROWS_FILE ? whole.indexOf('\n') + 1 : PIXELS;
    await truncate(path, end);
    await expect(openSnapshot(directory)).rejects.toMatchObject(damaged(file));
    await rm(path);
    await expect(openSnapshot(directory)).rejects.toMatchObject(damaged(file));
  });

  it.each([
    ['rows were changed to others that can be read', ROWS_FILE, 'Number 3', 'Number 8'],
    ['rows were changed to what is no JSON', ROWS_FILE, '"Number 3"', '"Number" 3'],
    ['split’s seed was changed', MANIFEST_FILE, '"seed": 0', '"seed": 1'],
    ['table’s hash was changed', MANIFEST_FILE, '"sha256": "', '"sha256":"0'],
  ])('whose %s is not read to its end', async (_, file, from, to) => {
    await change(file, from, to);
    await expect(withSnapshot(rowsOf)).rejects.toMatchObject(damaged(file));
  });

  it('gives no picture that was changed, and the others', async () => {
    await change(IMAGES_FILE, '\x03', '\x07');
    await withSnapshot(async (snapshot) => {
      const read = (await rowsOf(snapshot)).map(({ image }) => image && snapshot.image(image));
      const outcomes = await Promise.allSettled(read);
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
      await expect(read[2]).rejects.toMatchObject(damaged(IMAGES_FILE));
    });
  });
});
