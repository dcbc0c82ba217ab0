import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Example, Picture, ReadRow, ReportLine } from './example.js';
import { REJECTED_FILE, type SnapshotRow } from './manifest.js';
import { openSnapshot } from './snapshot.js';
import { type SnapshotOptions, writeSnapshot } from './writer.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-writer-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function* stream(examples: Partial<Example>[]): AsyncGenerator<ReadRow> {
  for (const [index, example] of examples.entries())
    yield { example: { row: index + 1, id: String(index + 1), ...example } };
}

const write = (rows: AsyncIterable<ReadRow>, options: Partial<SnapshotOptions> = {}) =>
  writeSnapshot(rows, {
    name: 'test',
    format: 'products',
    temporary: join(folder, 'temporary'),
    place: (hash) => join(folder, hash),
    ...options,
  });

async function rowsOf(directory: string): Promise<SnapshotRow[]> {
  const snapshot = await openSnapshot(directory);
  const rows: SnapshotRow[] = [];
  for await (const row of snapshot.rows()) rows.push(row);
  await snapshot.close();
  return rows;
}

async function reportOf(directory: string): Promise<ReportLine[]> {
  const text = await readFile(join(directory, REJECTED_FILE), 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as ReportLine);
}

const picture = (bytes: Buffer): Picture => ({ kind: 'encoded', load: async () => bytes });
const words = ['oak', 'table', 'lamp', 'red', 'shirt', 'silk', 'boots', 'wool', 'blue', 'chair', 'mug', 'steel'];
const titles = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    Array.from(
      { length: 8 },
      (_, place) => `${words[(index * 7 + place * 5) % 12]}${(index * 31 + place * 17) % 97}`,
    ).join(' '),
  );
const noise = (seed: number, side = 96) =>
  sharp(Buffer.from(Array.from({ length: 64 }, (_, index) => (Math.imul(index + 1, seed * 2654435761) >>> 24) & 255)), {
    raw: { width: 8, height: 8, channels: 1 },
  }).resize(side, side, { kernel: 'cubic' });

/** A PNG of one colour, `side` × `side` pixels in a few kilobytes. */
function bomb(side: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 1;
  const pixels = deflateSync(Buffer.alloc(side * (1 + side / 8)));
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

describe('a snapshot', () => {
  it('gives the same hash for the same rows and seed, and another for another seed', async () => {
    const examples = titles(60).map((title, index) => ({ title, label: `c${index % 3}` }));
    const first = await write(stream(examples), { seed: 1 });
    const again = await write(stream(examples), { seed: 1, name: 'other name' });
    const other = await write(stream(examples), { seed: 2 });
    expect(again.manifest.hash).toBe(first.manifest.hash);
    expect(other.manifest.hash).not.toBe(first.manifest.hash);
    expect((await readdir(folder)).sort()).toEqual([first.manifest.hash, other.manifest.hash].sort());
  });

  it('keeps what the seller wrote, and stores one picture once', async () => {
    const jpeg = await noise(3).jpeg().toBuffer();
    const description = '<p>Büro&nbsp;Stuhl 🪑\u2028</p>';
    const { directory, manifest } = await write(
      stream([
        { title: 'A chair', description, picture: picture(jpeg), label: 'chairs' },
        { title: 'Another chair with arms', picture: picture(jpeg) },
      ]),
      { category: (code) => (code === 'chairs' ? { name: 'Chairs', parent: 'Home' } : undefined) },
    );
    const [first, second] = await rowsOf(directory);
    expect(first).toMatchObject({ description, image: { width: 96, height: 96, kind: 'encoded' } });
    expect(second!.image).toEqual(first!.image);
    expect(manifest.classes).toEqual([{ code: 'chairs', name: 'Chairs', parent: 'Home', rows: 1 }]);
    expect(manifest.files.images?.bytes).toBe(jpeg.length);
    const snapshot = await openSnapshot(directory);
    expect(await snapshot.image(first!.image!)).toEqual(jpeg);
    await snapshot.close();
  });

  it('refuses a second row of an id and a row with nothing in it, and says which', async () => {
    const { directory, manifest } = await write(
      stream([{ title: 'x', id: 'a' }, { title: 'y', id: 'a' }, { id: 'b' }]),
    );
    expect(manifest).toMatchObject({ rows: 1, rejected: 2 });
    expect(await reportOf(directory)).toMatchObject([
      { row: 2, id: 'a', code: 'row.duplicate-id', kept: false },
      { row: 3, id: 'b', code: 'row.empty', kept: false },
    ]);
  });

  it('reports a class with a single product', async () => {
    const { directory, manifest } = await write(
      stream([...titles(40).map((title) => ({ title, label: 'many' })), { title: 'the only lamp', label: 'one' }]),
    );
    expect((await rowsOf(directory)).find(({ label }) => label === 'one')?.split).toBe('train');
    expect(manifest.classes.find(({ code }) => code === 'one')?.rows).toBe(1);
  });

  it('is not there at all when the reading fails midway', async () => {
    async function* failing(): AsyncGenerator<ReadRow> {
      yield* stream([{ title: 'x' }]);
      throw new Error('unplugged');
    }
    await expect(write(failing())).rejects.toThrow('unplugged');
    expect(await readdir(folder)).toEqual([]);
  });

  it('is not there at all after a cancel', async () => {
    const abort = new AbortController();
    async function* cancelled(): AsyncGenerator<ReadRow> {
      yield* stream([{ title: 'x' }]);
      abort.abort(new Error('cancelled'));
      yield* stream(Array.from({ length: 20 }, (_, index) => ({ title: 'y', id: `y${index}` })));
    }
    await expect(write(cancelled(), { signal: abort.signal })).rejects.toThrow('cancelled');
    expect(await readdir(folder)).toEqual([]);
  });

  it('says what to do when the disk is full, and leaves nothing', async () => {
    const full: Picture = {
      kind: 'encoded',
      load: () => Promise.reject(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })),
    };
    await expect(write(stream([{ title: 'x', picture: full }]))).rejects.toMatchObject({ code: 'storage.full' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('starts anew where a killed import left files', async () => {
    const first = await write(stream([{ title: 'x' }]));
    await rm(first.directory, { recursive: true });
    await mkdir(join(folder, 'temporary'));
    await writeFile(join(folder, 'temporary', 'rows.staged'), '{"id":"half');
    expect((await write(stream([{ title: 'x' }]))).manifest.hash).toBe(first.manifest.hash);
  });

  it('needs at least one usable row', async () => {
    await expect(write(stream([{}]))).rejects.toMatchObject({
      code: 'data.empty',
      message: expect.stringContaining('neither'),
    });
    await expect(write(stream([]))).rejects.toMatchObject({ code: 'data.empty' });
  });
});

describe('a picture on its way in', () => {
  const jpeg = () => noise(5).jpeg().toBuffer();
  const bad: [name: string, code: string, make: () => Promise<Buffer>][] = [
    ['a JPEG cut short', 'image.broken', async () => (await noise(5, 400).jpeg().toBuffer()).subarray(0, 2000)],
    ['a text named .jpg', 'image.format', async () => Buffer.from('this is no picture')],
    [
      'an SVG with a script',
      'image.format',
      async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'),
    ],
    ['an empty file', 'image.empty', async () => Buffer.alloc(0)],
    ['a PNG that unfolds to 16,000 × 16,000', 'image.pixels', async () => bomb(16_000)],
  ];
  it.each(bad)('is left out when it is %s; the text is kept', async (_, code, make) => {
    const bytes = await make();
    const { directory, manifest } = await write(stream([{ title: 'a mug', picture: picture(bytes) }]));
    expect((await rowsOf(directory))[0]!.image).toBeUndefined();
    expect(await reportOf(directory)).toMatchObject([{ id: '1', code, kept: true }]);
    expect(manifest.problems).toMatchObject([{ code, count: 1, examples: ['1'] }]);
    await expect(write(stream([{ picture: picture(bytes) }]))).rejects.toMatchObject({ code: 'data.empty' });
  });

  const good: [name: string, size: [number, number], make: () => Promise<Buffer>][] = [
    [
      'turned by EXIF',
      [60, 96],
      async () => noise(7).resize(96, 60).jpeg().withMetadata({ orientation: 6 }).toBuffer(),
    ],
    [
      'CMYK',
      [96, 96],
      async () =>
        sharp(await jpeg())
          .toColourspace('cmyk')
          .jpeg()
          .toBuffer(),
    ],
    ['grey', [96, 96], jpeg],
    [
      'transparent',
      [96, 96],
      async () =>
        sharp(await jpeg())
          .ensureAlpha(0.5)
          .png()
          .toBuffer(),
    ],
    ['an animated GIF', [8, 8], () => animation('gif')],
    ['an animated WebP', [8, 8], () => animation('webp')],
  ];
  it.each(good)('is taken when it is %s', async (_, [width, height], make) => {
    const { directory } = await write(stream([{ picture: picture(await make()) }]));
    expect((await rowsOf(directory))[0]!.image).toMatchObject({ width, height });
  });

  const animation = async (format: 'gif' | 'webp') => {
    const frames = sharp(Buffer.from(Array.from({ length: 8 * 24 * 3 }, (_, index) => (index * 37) % 256)), {
      raw: { width: 8, height: 24, channels: 3, pageHeight: 8 },
    });
    return frames.toFormat(format, { loop: 0 }).toBuffer();
  };
});

describe('near-duplicates', () => {
  const groupsOf = async (examples: Partial<Example>[]) =>
    (await rowsOf((await write(stream(examples))).directory)).map(({ group }) => group);
  const long = 'Wooden railway set with forty pieces, a bridge, two trains and a station for children from three years';

  it('are found by their text, whatever its markup and case', async () => {
    const [a, b, c] = await groupsOf([
      { title: long },
      { title: `<b>${long.toUpperCase()}!</b>` },
      { title: 'Steel kettle with a whistle, two litres, for induction and gas' },
    ]);
    expect(b).toBe(a);
    expect(c).not.toBe(a);
  });

  it('are found by a text with a few words changed', async () => {
    const [a, b] = await groupsOf([{ title: long }, { title: long.replace('forty', 'sixty') }]);
    expect(b).toBe(a);
  });

  it('are found by the picture, also resized and compressed anew', async () => {
    const [a, b, c] = await groupsOf([
      { picture: picture(await noise(11, 300).png().toBuffer()) },
      { picture: picture(await noise(11, 200).jpeg({ quality: 60 }).toBuffer()) },
      { picture: picture(await noise(12, 300).png().toBuffer()) },
    ]);
    expect(b).toBe(a);
    expect(c).not.toBe(a);
  });

  it('are not seen in a placeholder that many products share', async () => {
    const placeholder = picture(await noise(13).png().toBuffer());
    const groups = await groupsOf(titles(40).map((title) => ({ title, picture: placeholder })));
    expect(new Set(groups).size).toBeGreaterThan(30);
  });

  it('that are too many for one group are a problem of the data set, which names some', async () => {
    const variants = Array.from({ length: 60 }, (_, index) => ({ title: `${long}, variant ${index}` }));
    const { directory, manifest } = await write(stream([...variants, { title: 'Steel kettle' }]));
    const groups = new Map((await rowsOf(directory)).map(({ id, group }) => [id, group]));
    expect(new Set(groups.values()).size).toBeGreaterThan(2);
    const [problem] = manifest.problems ?? [];
    expect(problem).toMatchObject({ code: 'duplicate.apart', message: expect.stringContaining('50 at most') });
    expect(problem!.count).toBeGreaterThanOrEqual(10);
    for (const pair of problem!.examples) {
      const [left = '', right = ''] = pair.split(', ');
      expect(groups.get(left)).not.toBe(groups.get(right));
    }
    expect((await write(stream(variants.slice(0, 50)))).manifest.problems).toEqual([]);
  });
});
