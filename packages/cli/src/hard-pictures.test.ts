import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openServer, type Server } from '@vitrine/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Outcome, vitrineOn } from './testing/command.test.fixture.js';
import { twoColours, writeHardPictures } from './testing/hard-pictures.test.fixture.js';

interface Answer {
  id: string;
  predictions?: { code: string; probability: number }[];
  error?: { code: string; message: string };
}

/** What the row of each picture that can't be used says when it is asked about, and when it is imported. */
const REFUSED: readonly (readonly [picture: string, asked: string, imported: string])[] = [
  ['cut.jpg', 'input.image', 'image.broken'],
  ['huge.png', 'input.imageTooLarge', 'image.pixels'],
  ['text.jpg', 'input.image', 'image.format'],
  ['page.jpg', 'input.image', 'image.format'],
  ['drawing.svg', 'input.image', 'image.format'],
  ['empty.jpg', 'input.image', 'image.empty'],
  ['folder.jpg', 'data.image.file', 'image.file'],
  ['pipe.jpg', 'data.image.file', 'image.file'],
  ['loop.jpg', 'data.image.missing', 'image.missing'],
  ['gone.jpg', 'data.image.missing', 'image.missing'],
  [`${'long'.repeat(2000)}.jpg`, 'data.image.missing', 'image.missing'],
  ['nul\0.jpg', 'data.image.missing', 'image.missing'],
  ['../../../../../../etc/passwd', 'data.image.path', 'image.path'],
  ['..\\..\\..\\outside.jpg', 'data.image.path', 'image.path'],
  ['file:///etc/passwd', 'data.image.missing', 'image.missing'],
  ['http://127.0.0.1:9/inside.jpg', 'data.image.url', 'image.url'],
];
/** Pictures that must be seen as another is: turned, moving, by a hostile name. */
const SEEN_AS: readonly (readonly [picture: string, as: string])[] = [
  ...['tiff', 'jpg'].flatMap((format) =>
    [2, 3, 4, 5, 6, 7, 8].map((orientation) => [`exif-${orientation}.${format}`, `exif-1.${format}`] as const),
  ),
  ['moving.gif', 'still.png'],
  ['moving.webp', 'still.webp'],
  ['ünï "quoted" $(id) 🧥, 1.png', 'still.png'],
];
/** What the server says of a photo that it is sent, by whatever way. */
const REFUSED_BY_SERVER: readonly (readonly [picture: string, code: string, message: RegExp])[] = [
  ['cut.jpg', 'input.image', /cut|damaged|read/],
  ['huge.png', 'input.imageTooLarge', /16384 × 16384/],
  ['text.jpg', 'input.image', /send JPEG, PNG/],
  ['page.jpg', 'input.image', /send JPEG, PNG/],
  ['drawing.svg', 'input.image', /SVG drawings are not accepted/],
];
const READ = [...new Set(SEEN_AS.flat()), 'cmyk.jpg', 'grey.jpg'];

let folder: string;
const vitrine = (...words: string[]): Promise<Outcome> => vitrineOn(join(folder, 'data'), ...words);
const jsonLines = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join('\n');

async function predicted(rows: readonly object[]): Promise<{ outcome: Outcome; answers: Map<string, Answer> }> {
  const [file, out] = [join(folder, 'asked.jsonl'), join(folder, 'answers.jsonl')];
  await writeFile(file, jsonLines(rows));
  const outcome = await vitrine('predict', 'classify', file, '--images', join(folder, 'photos'), '--out', out);
  const lines = (await readFile(out, 'utf8')).trim().split('\n');
  return { outcome, answers: new Map(lines.map((line) => JSON.parse(line) as Answer).map((each) => [each.id, each])) };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-pictures-'));
  await mkdir(join(folder, 'photos'));
  await writeHardPictures(join(folder, 'photos'));
  const colours = ['red', 'blue'] as const;
  const rows = Array.from({ length: 80 }, (_, i) => ({
    id: `p${i}`,
    category: colours[i % 2]!,
    image: `train-${i}.png`,
  }));
  for (const [i, { category, image }] of rows.entries())
    await writeFile(join(folder, 'photos', image), await twoColours(category, 40 + 2 * i).toBuffer());
  await writeFile(join(folder, 'photos', 'products.jsonl'), jsonLines(rows));
  await vitrine('data', 'import', 'products', join(folder, 'photos', 'products.jsonl'), '--name', 'colours');
  const config = ['model=image', 'image.size=16', 'image.epochs=8', 'image.batchSize=8', 'image.lr=0.05'];
  const { answer } = await vitrine('train', 'classify', ...config, '--data', 'colours', '--seed', '1');
  expect(answer).toMatchObject({ state: 'succeeded', metrics: { accuracy: 1 } });
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

describe('predict classify', () => {
  let outcome: Outcome;
  let answers: Map<string, Answer>;
  beforeAll(async () => {
    const refused = REFUSED.map(([image], i) => ({ id: `refused-${i}`, image }));
    ({ outcome, answers } = await predicted([...READ.map((image) => ({ id: image, image })), ...refused]));
  });

  it('answers every row, in good order', () => {
    expect(outcome).toMatchObject({ code: 0, answer: { rows: READ.length + REFUSED.length, failed: REFUSED.length } });
  });

  it.each(SEEN_AS)('sees %s as %s', (picture, as) => {
    const [first, expected] = [picture, as].map((id) => answers.get(id)?.predictions?.[0]);
    expect(first?.code).toBe('red');
    // Scaling rounds differently along rows and columns: turned by a quarter, a pixel at an edge may differ by one.
    expect(first?.probability).toBeCloseTo(expected!.probability, 2);
  });

  it.each(['cmyk.jpg', 'grey.jpg'])('reads %s', (name) => {
    expect(answers.get(name)?.predictions).toHaveLength(2);
  });

  it.each(REFUSED.map(([picture, code], i) => [picture.slice(0, 40), code, `refused-${i}`]))(
    'refuses %s in its row by %s, with what to do',
    (_, code, id) => {
      expect(answers.get(id)?.error).toEqual({
        code,
        message: expect.stringMatching(/; |choose|check|send|name|scale/i),
      });
    },
  );
});

describe('POST /predict/classify', () => {
  let server: Server;
  beforeAll(async () => {
    server = await openServer({ dataDir: join(folder, 'data'), port: 0, sampleShop: false, logLevel: 'silent' });
    while (!(await fetch(`${server.url}/readyz`)).ok) await sleep(20);
  });
  afterAll(() => server.close());

  const ways: Record<string, (bytes: Buffer, name: string) => RequestInit> = {
    'as multipart': (bytes, name) => {
      const body = new FormData();
      body.append('image', new Blob([new Uint8Array(bytes)]), name);
      return { body };
    },
    'as base64 in JSON': (bytes) => ({
      body: JSON.stringify({ image: bytes.toString('base64') }),
      headers: { 'content-type': 'application/json' },
    }),
  };
  const both = Object.keys(ways);
  async function asked(way: string, picture: string): Promise<{ status: number; answer: Answer }> {
    const { body = null, headers = {} } = ways[way]!(await readFile(join(folder, 'photos', picture)), picture);
    const authorization = `Bearer ${server.localToken}`;
    const url = `${server.url}/api/v1/predict/classify`;
    const response = await fetch(url, { method: 'POST', body, headers: { ...headers, authorization } });
    return { status: response.status, answer: (await response.json()) as Answer };
  }

  it.each(both)('sees photos %s as they are: upright, first frame, whatever their name', async (way) => {
    for (const [picture, as] of SEEN_AS) {
      const [seen, expected] = [await asked(way, picture), await asked(way, as)];
      expect(seen, picture).toMatchObject({
        status: 200,
        answer: { used: 'image', predictions: [{ code: 'red' }, {}] },
      });
      const [first, second] = [seen, expected].map(({ answer }) => answer.predictions?.[0]?.probability ?? 0);
      expect(first, picture).toBeCloseTo(second!, 2);
    }
    for (const picture of ['cmyk.jpg', 'grey.jpg'])
      expect(await asked(way, picture), picture).toMatchObject({ status: 200, answer: { predictions: [{}, {}] } });
  });

  it.each(both)('refuses what is no photo, damaged or too large %s, with what to do', async (way) => {
    for (const [picture, code, message] of REFUSED_BY_SERVER)
      expect(await asked(way, picture), picture).toEqual({
        status: 422,
        answer: { error: expect.objectContaining({ code, message: expect.stringMatching(message) }) },
      });
  });

  it('refuses an empty photo, which in JSON is none', async () => {
    expect(await asked('as multipart', 'empty.jpg')).toMatchObject({
      status: 422,
      answer: { error: { code: 'input.image' } },
    });
    expect(await asked('as base64 in JSON', 'empty.jpg')).toMatchObject({
      status: 422,
      answer: { error: { code: 'input.empty' } },
    });
  });

  it('answers after all of them as before', async () => {
    expect(await asked('as multipart', 'still.png')).toMatchObject({
      status: 200,
      answer: { predictions: [{ code: 'red' }, {}] },
    });
  });
});

describe('data import', () => {
  it('keeps what has words, rejects what has none, and says of each picture why it is left out', async () => {
    const rows = REFUSED.flatMap(([image], i) => [
      { id: `worded-${i}`, title: `coat number ${i}`, image },
      { id: `bare-${i}`, image },
    ]);
    const good = READ.map((image, i) => ({ id: `good-${i}`, title: `scarf ${i}`, image }));
    const file = join(folder, 'hard.jsonl');
    await writeFile(file, jsonLines([...rows, ...good]));
    const photos = join(folder, 'photos');
    const { code, answer } = await vitrine('data', 'import', 'products', file, '--images', photos, '--name', 'hard');
    expect(code).toBe(0);
    expect(answer).toMatchObject({
      rows: REFUSED.length + READ.length,
      rejected: REFUSED.length,
      fields: { image: READ.length },
    });
    const { answer: report } = await vitrine('data', 'show', 'hard', '--rejected');
    const items = report.items as { id: string; code: string; reason: string }[];
    expect(new Map(items.map((item) => [item.id, item.code]))).toEqual(
      new Map(REFUSED.map(([, , imported], i) => [`bare-${i}`, imported])),
    );
  });
});
