import { describe, expect, it } from 'vitest';
import type { Manifest, SnapshotRow } from '../snapshot/manifest.js';
import { heapInUse, longTexts } from '../testing/heap.test.fixture.js';
import { checkSnapshot } from './check.js';

const manifest = (rows: number): Manifest => ({
  version: 1,
  hash: '',
  name: 'test',
  format: 'products',
  rows,
  rejected: 0,
  splits: { train: rows, validation: 0, test: 0 },
  fields: { title: rows, description: 0, image: 0, label: 0 },
  classes: [],
  split: { seed: 0, ratios: [1, 0, 0] },
  files: { rows: { sha256: '', bytes: 0 } },
});
const rowOf = (title: string, index: number): SnapshotRow => ({ id: `p${index}`, title, split: 'train', group: index });

describe('the check of a snapshot', () => {
  it('names products with the same text, however it is marked up', async () => {
    const titles = ['Steel kettle', '<b>steel</b> kettle', 'Steel kettles'];
    async function* rows() {
      yield* titles.map(rowOf);
    }
    const { problems } = await checkSnapshot({ manifest: manifest(titles.length), rows });
    expect(problems.find(({ code }) => code === 'duplicate.exact')).toMatchObject({ count: 1, examples: ['p0, p1'] });
  });

  it('keeps about 1 kB of a row, however long its text', async () => {
    const count = 2000;
    const inUse: number[] = [];
    async function* rows() {
      inUse.push(heapInUse());
      let index = 0;
      for (const text of longTexts(count)) yield rowOf(text, index++);
      inUse.push(heapInUse());
    }
    await checkSnapshot({ manifest: manifest(count), rows });
    const [before = 0, after = 0] = inUse;
    expect((after - before) / count).toBeLessThan(1200);
  });
});
