import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { idx, readAll, TestFolder } from '../testing/files.test.fixture.js';
import { openSource } from './open.js';

let folder: TestFolder;
beforeEach(() => {
  folder = new TestFolder();
});
afterEach(() => folder.remove());

const images = idx([3, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
const labels = idx([3], [9, 0, 4]);

describe('a pair of idx files', () => {
  it.each([
    ['plain', images, labels, ''],
    ['packed', gzipSync(images), gzipSync(labels), '.gz'],
  ])('is read from its folder, %s', async (_, pictures, codes, ending) => {
    folder.write(`train-images-idx3-ubyte${ending}`, pictures);
    folder.write(`train-labels-idx1-ubyte${ending}`, codes);
    const source = await openSource('fashion-mnist', folder.path);
    const { examples } = await readAll(source);
    expect(examples).toHaveLength(3);
    expect(examples[1]).toEqual({
      row: 2,
      id: '2',
      label: '0',
      picture: { kind: 'gray8', bytes: Buffer.from([5, 6, 7, 8]), width: 2, height: 2 },
    });
    expect(source.category('9')).toEqual({ name: 'Ankle boot' });
  });

  it('is read by the name of its pictures, packed or not on either side, labels missing or named', async () => {
    const path = folder.write('t10k-images.idx3-ubyte', images);
    expect((await readAll(await openSource('fashion-mnist', path))).examples[0]!.label).toBeUndefined();
    folder.write('t10k-labels.idx1-ubyte.gz', gzipSync(labels));
    expect((await readAll(await openSource('fashion-mnist', path))).examples[0]!.label).toBe('9');
    const others = folder.write('others', idx([3], [1, 1, 1]));
    expect((await readAll(await openSource('fashion-mnist', path, { labels: others }))).examples[0]!.label).toBe('1');
  });

  it('is told apart by what is in the files where names say nothing', async () => {
    folder.write('kept/shapes.idx3.gz', gzipSync(images));
    folder.write('kept/shapes.idx1', labels);
    folder.write('kept/fewer.idx1', idx([2], [1, 1]));
    const { examples } = await readAll(await openSource('fashion-mnist', folder.path));
    expect(examples.map(({ label }) => label)).toEqual(['9', '0', '4']);
  });

  it('of digits keeps its digits', async () => {
    const path = folder.write('emnist-images-idx3-ubyte', images);
    folder.write('emnist-labels-idx1-ubyte', labels);
    expect((await openSource('fashion-mnist', path)).category('9')).toBeUndefined();
  });

  it.each([
    ['whose labels are too few', images, idx([2], [1, 2]), 'data.labels'],
    ['whose header is none', Buffer.from('hello, this is no idx file'), labels, 'data.idx'],
    ['whose header is cut', images.subarray(0, 9), labels, 'data.idx'],
    ['that is cut short', images.subarray(0, -1), labels, 'data.idx'],
    ['that goes on after its end', Buffer.concat([images, Buffer.from([1])]), labels, 'data.idx'],
    ['that is a gzip cut short', gzipSync(images).subarray(0, 25), labels, 'data.gzip'],
    ['of empty pictures', idx([3, 0, 2], []), labels, 'data.idx'],
    ['of labels where pictures should be', labels, labels, 'data.idx'],
  ])('%s is refused', async (_, pictures, codes, code) => {
    const path = folder.write('train-images-idx3-ubyte', pictures);
    folder.write('train-labels-idx1-ubyte', codes);
    const reading = async () => readAll(await openSource('fashion-mnist', path));
    await expect(reading()).rejects.toMatchObject({ code });
  });

  it('must be the only one of its folder', async () => {
    await expect(openSource('fashion-mnist', folder.path)).rejects.toMatchObject({ code: 'data.file' });
    folder.write('train-images-idx3-ubyte', images);
    folder.write('t10k-images-idx3-ubyte', images);
    await expect(openSource('fashion-mnist', folder.path)).rejects.toMatchObject({ code: 'data.file' });
  });
});
