import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { holdsVectors, VectorTable } from './vector-file.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vitrine-vectors-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function file(...lines: unknown[]): Promise<string> {
  const path = join(directory, `${lines.length}-${Math.random()}.jsonl`);
  await writeFile(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  return path;
}

it('finds the nearest vectors of a file, best first, rows without one left out', async () => {
  const table = await VectorTable.read(
    await file(
      { id: 'east', vector: [1, 0] },
      { id: 'broken', error: { code: 'input.image', message: 'No photo.' } },
      { id: 'north-east', vector: [3, 3] },
      { id: 'north', vector: [0, 1] },
    ),
  );
  const found = table.nearest([1, 0.1], 2);
  expect(found.map(({ id }) => id)).toEqual(['east', 'north-east']);
  expect(found[0]?.score).toBeCloseTo(0.995, 3);
});

it.each([
  ['without any vector', [{ id: 'a', error: { code: 'x', message: 'y' } }], /no vectors/],
  [
    'with vectors of two lengths',
    [
      { id: 'a', vector: [1, 0] },
      { id: 'b', vector: [1] },
    ],
    /1 numbers where .* have 2/,
  ],
  ['cut short', [{ id: 'a', vector: [1, 0] }, '{"id":"b","vec'], /Line 2/],
  ['with what is no number', [{ id: 'a', vector: ['1', null] }], /Line 1/],
])('refuses a file %s, in words', async (_, lines, message) => {
  await expect(VectorTable.read(await file(...lines))).rejects.toThrow(message);
});

it('refuses to compare with another model’s vectors', async () => {
  const table = await VectorTable.read(await file({ id: 'a', vector: [1, 0] }));
  expect(() => table.nearest([1, 0, 0], 5)).toThrowError(expect.objectContaining({ code: 'cli.index' }));
});

it('tells its own files from others', async () => {
  expect(await holdsVectors(await file({ id: 'a', vector: [1] }))).toBe(true);
  expect(await holdsVectors(await file({ id: 'a', image: 'a.jpg' }))).toBe(false);
  expect(await holdsVectors('photos.csv')).toBe(false);
});
