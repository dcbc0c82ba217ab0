import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { tar, zip } from '../../testing/archives.test.fixture.js';
import { TestFolder } from '../../testing/files.test.fixture.js';
import { archiveKind } from './kind.js';
import { type UnpackLimits, unpack } from './unpack.js';

const folder = new TestFolder();
afterAll(() => folder.remove());

let archives = 0;
async function unpacked(bytes: Buffer, limits: Partial<UnpackLimits> = {}): Promise<string> {
  const number = archives++;
  const path = folder.write(`${number}.archive`, bytes);
  const target = join(folder.path, `${number}`);
  const kind = await archiveKind(path);
  const all = { files: 100, bytes: 2 ** 30, ratio: 40, ratioFrom: 2 ** 30, ...limits };
  try {
    await unpack(path, kind!, target, { limits: all });
  } catch (error) {
    expect(existsSync(target)).toBe(false);
    throw error;
  }
  return target;
}

const shop = { 'shop/products.csv': 'id,title\n1,Mug\n', 'shop/images/1.jpg': Buffer.from('photo') };

describe('an archive', () => {
  it.each([
    ['tar', () => tar(shop)],
    ['tar.gz', async () => gzipSync(await tar(shop))],
    ['zip', async () => zip(shop)],
  ])('is known by its content and unpacked: %s', async (_, make) => {
    const target = await unpacked(await make());
    expect(readFileSync(join(target, 'shop/products.csv'), 'utf8')).toBe(shop['shop/products.csv']);
    expect(readFileSync(join(target, 'shop/images/1.jpg'), 'utf8')).toBe('photo');
  });

  it('is not seen in a table, gzipped or not', async () => {
    expect(await archiveKind(folder.write('a.csv', 'id,title\n'))).toBeUndefined();
    expect(await archiveKind(folder.write('a.csv.gz', gzipSync('id,title\n')))).toBeUndefined();
    expect(await archiveKind(folder.write('empty', ''))).toBeUndefined();
  });

  it.each([
    ['a RAR archive', Buffer.from('Rar!\x1a\x07\0 and so on')],
    ['a photo', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16])],
    ['an old workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1])],
    ['a workbook', zip({ '[Content_Types].xml': '<Types/>', 'xl/worksheets/sheet1.xml': '<worksheet/>' })],
  ])('that is rather %s says so', async (_, bytes) => {
    await expect(unpacked(bytes)).rejects.toMatchObject({ code: 'data.unreadable' });
  });

  it('leaves behind links, programs and what systems add', async () => {
    const litter = { '__MACOSX/._p.csv': 'x', '._p.csv': 'x', '.DS_Store': 'x', 'run.sh': 'x', 'p.csv': 'id\n' };
    const links = [
      { name: 'passwd.csv', type: 'symlink', linkname: '/etc/passwd' },
      { name: 'hard.csv', type: 'link', linkname: '/etc/passwd' },
      { name: 'pipe.csv', type: 'fifo' },
    ] as const;
    expect(readdirSync(await unpacked(await tar(litter, [...links])))).toEqual(['p.csv']);
    expect(readdirSync(await unpacked(zip(litter)))).toEqual(['p.csv']);
    await expect(unpacked(zip({ 'link.csv': '/etc/passwd' }, { mode: 0o120777 }))).rejects.toMatchObject({
      code: 'data.archive',
    });
  });

  it.each(['../evil.csv', 'a/../../evil.csv', '/tmp/evil.csv', '..\\evil.csv', 'C:\\evil.csv'])(
    'that leads out of its folder is refused: %s',
    async (name) => {
      for (const bytes of [await tar({ [name]: 'x' }), zip({ [name]: 'x' })])
        await expect(unpacked(bytes)).rejects.toMatchObject({
          code: 'data.archive',
          message: expect.stringContaining('leads out of it'),
        });
      expect(existsSync(join(folder.path, 'evil.csv'))).toBe(false);
    },
  );

  it('that unfolds beyond the limits is refused before it has', async () => {
    const zeros = Buffer.alloc(3 << 20);
    for (const bytes of [gzipSync(await tar({ 'a.csv': zeros })), zip({ 'a.csv': zeros })])
      await expect(unpacked(bytes, { ratioFrom: 1 << 20 })).rejects.toMatchObject({
        code: 'data.archive',
        message: expect.stringContaining('unfolds into over 1 MB'),
      });
    const many = Object.fromEntries(Array.from({ length: 4 }, (_, index) => [`${index}.csv`, 'x']));
    for (const bytes of [await tar(many), zip(many)])
      await expect(unpacked(bytes, { files: 3 })).rejects.toMatchObject({
        message: expect.stringContaining('3 files'),
      });
  });

  it.each([
    ['a tar cut short', async () => (await tar({ 'a.csv': 'x'.repeat(2000) })).subarray(0, 900)],
    ['a zip cut short', async () => zip(shop).subarray(0, 60)],
    ['a zip with a password', async () => zip(shop, { encrypted: true })],
    ['a tar of nothing', () => tar({ 'run.sh': 'x' })],
    ['a file where a folder should be', () => tar({ 'a.csv': 'x', 'a.csv/b.csv': 'y' })],
  ])('that is no good is refused with what to do: %s', async (_, make) => {
    await expect(unpacked(await make())).rejects.toMatchObject({ code: 'data.archive' });
  });

  it('that is a gzip cut short is refused as one', async () => {
    const bytes = gzipSync(await tar({ 'a.csv': Array.from({ length: 9999 }, (_, i) => Math.imul(i, 77777)).join() }));
    await expect(unpacked(bytes.subarray(0, bytes.length / 2))).rejects.toMatchObject({ code: 'data.gzip' });
  });
});
