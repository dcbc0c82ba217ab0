import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asForm, createVitrineClient, unwrap, type VitrineClient } from '@vitrine/client';
import { openServer, type Server } from '@vitrine/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vitrineOn } from './testing/command.test.fixture.js';

let folder: string;
let dataDir: string;
let server: Server;
let client: VitrineClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-files-'));
  dataDir = join(folder, 'data');
  const options = { port: 0, sampleShop: false, requestsPerMinute: 0, logLevel: 'silent' } as const;
  server = await openServer({ dataDir, ...options });
  client = createVitrineClient({ baseUrl: server.url ?? '', apiKey: server.localToken });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** A way to the data sets; what it answers is the same, an error too. */
interface Way {
  importing(path: string, name: string): Promise<object>;
  rejected(name: string): Promise<object>;
  check(name: string): Promise<object>;
}

async function vitrine(...words: string[]): Promise<object> {
  const { code, answer } = await vitrineOn(dataDir, ...words);
  expect(code).toBe(answer.error ? 1 : 0);
  return answer;
}
const command: Way = {
  importing: (path, name) => vitrine('data', 'import', 'products', path, '--name', name),
  rejected: (name) => vitrine('data', 'show', name, '--rejected'),
  check: (name) => vitrine('data', 'check', name),
};

const named = (name: string) => ({ params: { path: { name } } });
async function upload(path: string, name: string): Promise<object> {
  const body = { name, format: 'products', file: new File([await readFile(path)], 'products.csv') } as const;
  const { id } = unwrap(await client.POST('/api/v1/datasets/upload', { body, bodySerializer: asForm }));
  const look = async () => unwrap(await client.GET('/api/v1/jobs/{id}', { params: { path: { id } } }));
  await expect.poll(async () => (await look()).state).toMatch(/succeeded|failed/);
  const { error } = await look();
  return error ? { error } : unwrap(await client.GET('/api/v1/datasets/{name}', named(name)));
}
const http: Way = {
  importing: upload,
  rejected: async (name) => unwrap(await client.GET('/api/v1/datasets/{name}/rejected', named(name))),
  check: async (name) => unwrap(await client.POST('/api/v1/datasets/{name}/check', named(name))),
};

const accents = 'id,title,label\n1,Crème brûlée,Süßes\n2,Café crème,Süßes\n';
const sweets = { rows: 2, rejected: 0, classes: [{ code: 'Süßes', rows: 2 }] };

const read: [file: string, bytes: string | Buffer, set: object, reports?: { rejected?: object; check?: object[] }][] = [
  ['in latin-1', Buffer.from(accents, 'latin1'), sweets],
  ['in UTF-8 with a byte order mark', `\ufeff${accents}`, sweets],
  ['in UTF-16', Buffer.from(`\ufeff${accents}`, 'utf16le'), sweets],
  [
    'with an id twice',
    'id,title\n1,Mug\n1,Cup\n2,Pan\n',
    { rows: 2, rejected: 1 },
    { rejected: { total: 1, items: [{ row: 2, id: '1', code: 'row.duplicate-id' }] } },
  ],
  [
    'with a class of one, and without some labels',
    'id,title,label\n1,Tea mug,mugs\n2,Beer mug,mugs\n3,Iron pan,pans\n4,Wok,\n5,Lid,N/A\n',
    { rows: 5, rejected: 0, fields: { label: 3 }, classes: [{ code: 'mugs' }, { code: 'pans', rows: 1 }] },
    {
      check: [
        { code: 'class.rare', examples: ['pans: 1', 'mugs: 2'] },
        { code: 'label.missing', count: 2, examples: ['4', '5'] },
      ],
    },
  ],
];
const page = '<!doctype html>\n<html><head><title>Moved</title></head>\n<body>Sign in, then try again.</body></html>\n';
const refused: [file: string, bytes: string, code: string, message: RegExp][] = [
  ['that is empty', '', 'data.empty', /empty/],
  ['that is a page of HTML', page, 'data.columns', /<!doctype html>/],
  ['of other columns', 'colour,size\nred,9\n', 'data.columns', /colour, size.*--map title=/],
];

describe('a file given to the command, and uploaded', () => {
  /** Both at once: it is given twice as fast. */
  const given = (file: string, bytes: string | Buffer) =>
    Promise.all(
      Object.entries({ command, http }).map(async ([by, way]) => {
        const name = `${by} ${file}`.replace(/\W+/g, '-');
        const path = join(folder, `${name}.csv`);
        await writeFile(path, bytes);
        return { name, way, answer: await way.importing(path, name) };
      }),
    );

  it.each(read)('%s is read, and told what is wrong with it', async (file, bytes, set, reports = {}) => {
    for (const { name, way, answer } of await given(file, bytes)) {
      expect(answer).toMatchObject({ name, ...set });
      if (reports.rejected) expect(await way.rejected(name), name).toMatchObject(reports.rejected);
      const problems = reports.check?.map((problem) => expect.objectContaining(problem));
      if (problems) expect(await way.check(name), name).toMatchObject({ problems: expect.arrayContaining(problems) });
    }
  });

  it.each(refused)('%s is refused with what to do, and nothing of it kept', async (file, bytes, code, message) => {
    for (const { name, answer } of await given(file, bytes)) {
      expect(answer, name).toMatchObject({ error: { code, message: expect.stringMatching(message) } });
      const set = unwrap(await client.GET('/api/v1/datasets/{name}', named(name)));
      expect(set).toMatchObject({ name, snapshot: null, snapshots: 0, rows: 0, bytes: 0 });
      const left = ['datasets/.importing', 'datasets/.inbox', `blobs/directories/datasets/${name}`]
        .map((place) => join(dataDir, place))
        .flatMap((place) => (existsSync(place) ? readdirSync(place) : []));
      expect(left, name).toEqual([]);
    }
  });
});
