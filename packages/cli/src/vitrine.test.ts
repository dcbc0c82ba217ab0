import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Outcome, startedOn, vitrineOn } from './testing/command.test.fixture.js';

let folder: string;
let dataDir: string;

const vitrine = (...words: string[]): Promise<Outcome> => vitrineOn(dataDir, ...words);

const file = (name: string) => join(folder, name);
const lines = async (name: string) =>
  (await readFile(file(name), 'utf8'))
    .trim()
    .split('\n')
    .map(
      (line) =>
        JSON.parse(line) as {
          id: string;
          predictions?: { code: string; probability: number }[];
          error?: { code: string };
        },
    );

const garments = ['coat', 'boots', 'scarf'];
// Eleven: coprime to the garments, so that none of them gives a garment away.
const words = ['wool', 'linen', 'blue', 'green', 'classic', 'soft', 'winter', 'light', 'new', 'long', 'short'];

/** Listings whose garment stands in the title. */
function listings(count: number): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const pick = (step: number) => words[(index * step + step) % words.length];
    const garment = garments[index % garments.length];
    return `p${index},${pick(5)} ${garment} ${pick(7)} no ${index},${garment}`;
  });
  return `id,title,category\n${rows.join('\n')}\n`;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-cli-'));
  dataDir = join(folder, 'data');
  await writeFile(file('listings.csv'), listings(240));
});

afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

describe('without a server', () => {
  test('a file is imported and every row accounted for', async () => {
    const ragged = `${listings(240)}p900,"half a row\np901,coat,coat,too,many,cells\n`;
    await writeFile(file('ragged.csv'), ragged.replace('"half', 'half'));
    const { code, answer } = await vitrine('data', 'import', 'products', file('ragged.csv'), '--name', 'shop');
    expect(code).toBe(0);
    expect(answer).toMatchObject({ name: 'shop', classes: garments.sort().map((name) => ({ code: name })) });
    expect(Number(answer.rows) + Number(answer.rejected)).toBe(242);
  });

  test('a classifier is trained, and the first one goes into production', async () => {
    const { code, answer } = await vitrine(
      'train',
      'classify',
      'model=text',
      'epochs=2',
      'text.members=1',
      '--data',
      'shop',
      '--seed',
      '3',
    );
    expect(code).toBe(0);
    expect(answer).toMatchObject({ state: 'succeeded', promoted: true, seed: 3 });
    expect((answer.metrics as { accuracy: number }).accuracy).toBeGreaterThan(0.9);
  });

  test('a file of anything is answered row by row, bad rows with their reason', async () => {
    await mkdir(file('photos'), { recursive: true });
    const photo = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#a33' } })
      .jpeg()
      .toBuffer();
    await writeFile(file('photos/cut.jpg'), photo.subarray(0, 200));
    await writeFile(file('photos/text.jpg'), 'no picture at all');
    await writeFile(
      file('photos/drawing.svg'),
      '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    );
    const rows = [
      { id: 'plain', title: 'warm wool coat' },
      { id: 'empty', title: '' },
      { id: 'html', title: '<p><b></b>&nbsp;</p>' },
      { id: 'markup', title: '<p>winter <b>boots</b>&nbsp;no&nbsp;7</p>' },
      { id: 'long', title: 'green scarf '.repeat(90_000) },
      { id: 'emoji', title: '🧥 coat 🧥 معطف' },
      { id: 'nul', title: 'blue\0 scarf\0' },
      { id: 'cut', title: 'classic boots', image: 'photos/cut.jpg' },
      { id: 'liar', image: 'photos/text.jpg' },
      { id: 'drawing', image: 'photos/drawing.svg' },
      { id: 'outside', title: 'soft coat', image: '../../../../etc/passwd' },
      { id: 'gone', image: 'photos/nowhere.jpg' },
    ];
    await writeFile(file('any.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
    const { code, answer } = await vitrine(
      'predict',
      'classify',
      file('any.jsonl'),
      '--out',
      file('any.out.jsonl'),
      '--top',
      '2',
    );
    expect(answer.error).toBeUndefined();
    expect(code).toBe(0);
    const answers = await lines('any.out.jsonl');
    expect(answers.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    const of = new Map(answers.map((line) => [line.id, line]));
    const first = (id: string) => of.get(id)?.predictions?.[0]?.code;
    expect(['plain', 'markup', 'long', 'nul', 'cut'].map(first)).toEqual(['coat', 'boots', 'scarf', 'scarf', 'boots']);
    expect(of.get('plain')?.predictions).toHaveLength(2);
    for (const id of ['empty', 'html', 'liar', 'drawing', 'gone'])
      expect(of.get(id)?.error?.code, id).toMatch(/^\w+\./);
  });

  test('an exported model comes back, and one cut short is refused', async () => {
    expect((await vitrine('models', 'export', 'classify', '--to', file('export'))).code).toBe(0);
    expect((await vitrine('models', 'import', file('export'))).answer).toMatchObject({
      version: 2,
      stage: 'candidate',
    });
    const summary = JSON.parse(await readFile(join(file('export'), 'model.json'), 'utf8')) as {
      summary?: { files: { path: string }[] };
      files?: { path: string }[];
    };
    const part = (summary.summary?.files ?? summary.files ?? [])[0]?.path ?? '';
    const whole = await readFile(join(file('export'), part));
    await writeFile(join(file('export'), part), whole.subarray(0, whole.length - 10));
    const { code, answer } = await vitrine('models', 'import', file('export'));
    expect(code).toBe(1);
    expect(answer.error?.code).toBe('artifact.invalid');
  });
});

describe('beside a running server', () => {
  let server: Awaited<ReturnType<typeof startedOn>>;
  beforeAll(async () => {
    server = await startedOn(dataDir);
  });
  afterAll(() => server.stop());

  test('commands go through it, and a second server is refused', async () => {
    const { answer } = await vitrine('models', 'list', '--task', 'classify');
    expect(answer).toMatchObject([{ version: 2 }, { version: 1, stage: 'production' }]);
    const evaluated = await vitrine('evaluate', 'classify', '--data', 'shop');
    expect(evaluated.answer).toMatchObject({ split: 'test', metrics: { accuracy: expect.any(Number) } });
    const second = await vitrine('start', '--port', '0');
    expect(second.code).toBe(1);
    expect(second.answer.error).toMatchObject({ code: 'database.locked' });
  });

  test('the rows of a set are listed as products, each once however often', async () => {
    const photo = await sharp({ create: { width: 40, height: 40, channels: 3, background: '#a33' } })
      .jpeg()
      .toBuffer();
    await writeFile(file('coat.jpg'), photo);
    await writeFile(file('cut.jpg'), photo.subarray(0, 100));
    const rows = 'id,title,category,image\n1,Wool coat,coat,coat.jpg\n2,Linen scarf,scarf,cut.jpg\n3,Boots,boots,\n';
    await writeFile(file('listed.csv'), rows);
    await vitrine('data', 'import', 'products', file('listed.csv'), '--name', 'listed');
    const listed = [await vitrine('data', 'publish', 'listed'), await vitrine('data', 'publish', 'listed')];
    for (const { code, answer } of listed) {
      expect(code).toBe(0);
      expect(answer).toEqual({ products: 3, withoutPhoto: 0 });
    }
    // The photo that was cut short is no longer among them.
    expect((await vitrine('index', 'status')).answer).toMatchObject({ products: 1, photos: 1 });
    const unknown = await vitrine('data', 'publish', 'nowhere');
    expect([unknown.code, unknown.answer.error?.code]).toEqual([1, 'dataset.unknown']);
  });

  test('a pipeline trains, compares and decides, step by step', async () => {
    const settings = ['model=text', 'epochs=1', 'text.members=1'];
    const { code, answer } = await vitrine(
      'pipelines',
      'run',
      'classify',
      ...settings,
      '--data',
      'shop',
      '--no-promote',
    );
    expect([code, answer.state]).toEqual([0, 'succeeded']);
    const steps = answer.steps as { name: string; state: string }[];
    expect(steps.map(({ name, state }) => `${name} ${state}`)).toEqual([
      ...['collect skipped', 'snapshot skipped', 'check succeeded', 'train succeeded', 'evaluate succeeded'],
      ...['gate succeeded', 'promote skipped', 'index skipped'],
    ]);
    expect((await vitrine('pipelines', 'list')).answer).toMatchObject({ total: 1, items: [{ number: 1 }] });
    expect((await vitrine('pipelines', 'show', '1')).answer).toMatchObject({ id: answer.id });
    expect((await vitrine('pipelines', 'retry', '1')).answer.error).toMatchObject({ code: 'pipeline.state' });
    const unknown = await vitrine('pipelines', 'run', 'classify', '--data', 'nowhere');
    expect(unknown.answer.error).toMatchObject({ code: 'dataset.unknown' });
  });

  test.each([
    [['train', 'classify', 'epoch=2', '--data', 'shop'], 'config.invalid', 'epochs'],
    [['train', 'classify', '--data', 'nowhere'], 'data', 'nowhere'],
    [['data', 'import', 'products', 'nowhere.csv', '--name', 'x'], 'cli.path', 'nowhere.csv'],
    [['data', 'import', 'parquet', '.', '--name', 'x'], 'cli.format', 'products'],
    [['models', 'promote', 'nothing'], 'model', ''],
  ])(
    '%j is refused with what to do',
    async (command, code, said) => {
      const { code: exit, answer } = await vitrine(...command);
      expect(exit).toBe(1);
      expect(answer.error?.code).toContain(code);
      expect(answer.error?.message).toContain(said);
    },
    60_000,
  );

  test('a file with other columns names those it has', async () => {
    await writeFile(file('other.csv'), 'foo,bar\n1,2\n');
    const { code, answer } = await vitrine('data', 'import', 'products', file('other.csv'), '--name', 'other');
    expect(code).toBe(1);
    expect(answer.error?.message).toMatch(/foo, bar.*--map/s);
  });

  test('an archive is imported as the folder it holds; one cut short is refused, and its name stays free', async () => {
    await mkdir(file('packed/shop'), { recursive: true });
    await writeFile(file('packed/shop/products.csv'), listings(30));
    execFileSync('tar', ['czf', file('shop.tar.gz'), '-C', file('packed'), 'shop']);
    const whole = await readFile(file('shop.tar.gz'));
    await writeFile(file('cut.tar.gz'), whole.subarray(0, whole.length / 2));
    const { code, answer } = await vitrine('data', 'import', 'products', file('cut.tar.gz'), '--name', 'packed');
    expect([code, answer.error?.code]).toEqual([1, 'data.archive']);
    const { answer: set } = await vitrine('data', 'import', 'products', file('shop.tar.gz'), '--name', 'packed');
    expect(set).toMatchObject({ name: 'packed', rows: 30, snapshots: 1 });
  });

  test('a set of one class can be imported, but not be trained on', async () => {
    await writeFile(
      file('one.csv'),
      `id,title,category\n${Array.from({ length: 30 }, (_, i) => `${i},coat ${i},coat`).join('\n')}\n`,
    );
    expect((await vitrine('data', 'import', 'products', file('one.csv'), '--name', 'one')).code).toBe(0);
    const { code, answer } = await vitrine('train', 'classify', '--data', 'one');
    expect(code).toBe(1);
    expect(answer.error?.message).toMatch(/two/i);
  });
});
