import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openSnapshot } from '@vitrine/models';
import { afterAll, describe, expect, it } from 'vitest';
import type { ImportOptions } from './api.js';
import type { Format } from './formats/open.js';
import { importFile } from './importing/import-file.js';
import { TestFolder } from './testing/files.test.fixture.js';

const data = resolve(process.env.VITRINE_TEST_DATA ?? '../shared/data');
const isThere = existsSync(data);
if (!isThere)
  console.warn(`REAL DATA ABSENT: ${data} is not there, imports of real data are NOT tested. Set VITRINE_TEST_DATA.`);

const folder = new TestFolder();
afterAll(() => folder.remove());

let imports = 0;
const importing = (format: Format, path: string, options: ImportOptions = {}) =>
  importFile({
    ...{ name: format, origin: format, format, path, options, absolutePaths: false },
    temporary: join(folder.path, `.temporary-${imports++}`),
    snapshots: folder.path,
  });

describe.skipIf(!isThere)('real data', () => {
  it('Rakuten’s texts: every row accounted for, no group cut', async () => {
    const { directory, manifest } = await importing('rakuten', join(data, 'rakuten'));
    expect(manifest.rows + manifest.rejected).toBe(52_031);
    expect(manifest).toMatchObject({ rejected: 0, fields: { title: 52_031, label: 52_031 } });
    expect(manifest.classes).toHaveLength(27);
    expect(manifest.classes.find(({ code }) => code === '2280')).toMatchObject({
      name: 'Books > Magazines',
      parent: 'Books',
    });
    expect(Math.abs(manifest.splits.test - 3000)).toBeLessThan(100);
    const splitOf = new Map<number, string>();
    const snapshot = await openSnapshot(directory);
    for await (const { group, split } of snapshot.rows()) {
      if ((splitOf.get(group) ?? split) !== split) expect.fail(`group ${group} is cut`);
      splitOf.set(group, split);
    }
    await snapshot.close();
    expect(splitOf.size).toBeLessThan(52_031);
  });

  it('Fashion-MNIST: 60,000 pictures in ten named classes', async () => {
    const { manifest } = await importing('fashion-mnist', join(data, 'fashion-mnist'));
    expect(manifest).toMatchObject({ rows: 60_000, rejected: 0, fields: { image: 60_000, label: 60_000 } });
    expect(manifest.classes.map(({ name, rows }) => [name, rows])).toContainEqual(['Ankle boot', 6000]);
    expect(manifest.splits).toEqual({ train: 54_000, validation: 3000, test: 3000 });
  });

  it('Myntra: every product with its photo, title and article type, columns guessed, from its tar', async () => {
    const { manifest } = await importing('products', join(data, 'myntra', 'myntra.tar'));
    expect(manifest).toMatchObject({ rows: 2443, rejected: 0, fields: { title: 2443, image: 2443, label: 2443 } });
    expect(manifest.problems).toEqual([]);
  });

  it('Rakuten’s photos, named in a table', async () => {
    const images = join(data, 'rakuten', 'images');
    const { manifest } = await importing('products', join(data, 'rakuten', 'images.csv'), { images });
    expect(manifest).toMatchObject({ rows: 201, rejected: 0, fields: { image: 201, label: 101 } });
  });
});
