import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runs } from '../runs/tables.js';
import { openServer, type Server } from '../server.js';
import { type Answer, type Send, sender } from '../testing/http.test.fixture.js';
import { mountSmallDisk } from '../testing/small-disk.test.fixture.js';
import { tar } from './testing/archives.test.fixture.js';
import { TestFolder } from './testing/files.test.fixture.js';

const folder = new TestFolder();
let server: Server;
let send: Send;

const open = (dataDir: string) => openServer({ dataDir, listen: false, logLevel: 'silent', sampleShop: false });

beforeAll(async () => {
  server = await open(join(folder.path, 'data'));
  send = sender(server);
});
afterAll(async () => {
  await server.close();
  folder.remove();
});

interface Ended {
  state: string;
  error: { code: string } | null;
  result: Record<string, unknown> | null;
}

async function ended(started: Answer, ask = send): Promise<Ended> {
  expect(started.status).toBe(202);
  for (;;) {
    const { body } = await ask('GET', `/jobs/${String(started.body.id)}`);
    if (body.state !== 'queued' && body.state !== 'running') return body as unknown as Ended;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const importing = (name: string, format: string, path: string, options = {}) =>
  send('POST', '/datasets/import', { name, format, path, options });

function upload(fields: Record<string, string>, files: Record<string, [name: string, content: string]>): FormData {
  const form = new FormData();
  for (const [name, [filename, content]] of Object.entries(files)) form.append(name, new Blob([content]), filename);
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
}

const inboxes = () => {
  const path = join(folder.path, 'data', 'datasets', '.inbox');
  return existsSync(path) ? readdirSync(path) : [];
};

/** Words that no two rows share. */
const word = (index: number, salt: number) => (Math.imul(index + 1, salt) >>> 0).toString(36);
const lines = (count: number) =>
  Array.from(
    { length: count },
    (_, index) => `${index},${word(index, 0x9e3779b1)} ${word(index, 0x85ebca6b)},c${index % 3}\n`,
  ).join('');

/** A server in a process of its own imports a file, and is killed while what it reads lies in the folder for that. */
async function killedMidway(dataDir: string, path: string): Promise<void> {
  const child = fork(new URL('./testing/import.test.main.js', import.meta.url), [dataDir, path]);
  const ended = once(child, 'exit');
  const begun = join(dataDir, 'datasets', '.importing');
  while (!existsSync(begun) || readdirSync(begun).length === 0) {
    if (child.exitCode !== null) throw new Error(`The import ended with ${child.exitCode} before it was killed.`);
    await sleep(20);
  }
  child.kill('SIGKILL');
  await ended;
}

describe('an import', () => {
  it('ends with rows to browse, rows refused, and pictures', async () => {
    folder.write(
      'images/a.png',
      await sharp({ create: { width: 80, height: 40, channels: 3, background: 'teal' } })
        .png()
        .toBuffer(),
    );
    const path = folder.write(
      'shop.csv',
      `id,title,label,image\n${lines(30).replaceAll('\n', ',\n')}ragged\np,A lamp,c1,images/a.png\n`,
    );
    const job = await ended(await importing('shop', 'products', path, { seed: 4 }));
    expect(job).toMatchObject({ state: 'succeeded', result: { dataset: 'shop', rows: 31, rejected: 1 } });
    const { body } = await send('GET', '/datasets/shop');
    expect(body).toMatchObject({
      rows: 31,
      rejected: 1,
      snapshots: 1,
      importing: null,
      fields: { title: 31, image: 1 },
    });
    expect(body.snapshot).toBe(job.result!.snapshot);

    const page = await send('GET', '/datasets/shop/rows?label=c1&split=train&limit=3&page=2');
    const items = page.body.items as { label: string; split: string; index: number }[];
    expect(items).toHaveLength(3);
    for (const item of items) expect(item).toMatchObject({ label: 'c1', split: 'train' });
    const all = (await send('GET', '/datasets/shop/rows?limit=200')).body.items as {
      id: string;
      index: number;
      image: boolean;
    }[];
    expect(all.map(({ index }) => index)).toEqual(all.map((_, index) => index));
    const lamp = all.find(({ image }) => image)!;
    expect(lamp.id).toBe('p');
    const photo = await send('GET', `/datasets/shop/rows/${lamp.index}/image`);
    expect(photo.headers['content-type']).toBe('image/webp');
    expect(await sharp(photo.raw).metadata()).toMatchObject({ format: 'webp', width: 80, height: 40 });

    const rejected = await send('GET', '/datasets/shop/rejected');
    expect(rejected.body).toMatchObject({ total: 1, items: [{ row: 31, id: 'ragged', code: 'row.ragged' }] });
    for (const path of [
      '/datasets/shop/rows/0/image',
      '/datasets/shop/rows/9999/image',
      '/datasets/none/rows',
      '/datasets/none',
    ])
      expect((await send('GET', path)).status).toBe(404);
  });

  it('of the same file again changes nothing; of another becomes the newest snapshot', async () => {
    const path = folder.write('twice.csv', `id,title,label\n${lines(20)}`);
    const first = await ended(await importing('twice', 'products', path));
    const again = await ended(await importing('twice', 'products', path));
    expect(again.result).toEqual(first.result);
    folder.write('twice.csv', `id,title,label\n${lines(25)}`);
    await ended(await importing('twice', 'products', path));
    expect((await send('GET', '/datasets/twice')).body).toMatchObject({ snapshots: 2, rows: 25 });
    const { snapshot } = (await send('GET', '/datasets/twice')).body;
    expect(snapshot).not.toBe(first.result!.snapshot);
    for (const hash of [snapshot, first.result!.snapshot])
      expect(
        existsSync(join(await server.context.blobs.openDirectory(`datasets/twice/${hash}`), 'snapshot.json')),
      ).toBe(true);
  });

  it('of the same file again puts right what was damaged', async () => {
    const path = folder.write('damaged.csv', `id,title,label\n${lines(20)}`);
    const { result } = await ended(await importing('damaged', 'products', path));
    const { blobs } = server.context;
    const rows = async () => join(await blobs.openDirectory(`datasets/damaged/${result?.snapshot}`), 'rows.jsonl');
    const whole = readFileSync(await rows());
    const changed = Buffer.from(whole.toString().replace('"train"', '"tests"'));
    for (const damaged of [whole.subarray(0, whole.indexOf('\n') + 1), changed]) {
      writeFileSync(await rows(), damaged);
      const refused = await send('POST', '/runs', { task: 'classify', dataset: 'damaged' });
      expect([refused.status, refused.body.error?.code]).toEqual([422, 'data.snapshot']);
      expect((await ended(await importing('damaged', 'products', path))).result).toEqual(result);
      expect(readFileSync(await rows())).toEqual(whole);
    }
    expect((await send('GET', '/runs')).body.total).toBe(0);
  });

  it('that fails says why, leaves no rows and can be repeated', async () => {
    const path = folder.write('wrong.csv', 'qwert\nMok\n');
    const failed = await ended(await importing('wrong', 'products', path));
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'data.columns' } });
    expect((await send('GET', '/datasets/wrong')).body).toMatchObject({
      snapshot: null,
      importing: { state: 'failed' },
    });
    expect((await send('GET', '/datasets/wrong/rows')).body.error?.code).toBe('dataset.empty');
    const mended = await ended(await importing('wrong', 'products', path, { map: { title: 'qwert' } }));
    expect(mended.state).toBe('succeeded');
  });

  it('can be cancelled; meanwhile it is the answer to the same order, and another order is refused', async () => {
    const path = folder.write('large.csv', `id,title,label\n${lines(200_000)}`);
    const started = await importing('large', 'products', path);
    const same = await importing('large', 'products', path);
    expect(same).toMatchObject({ status: 202, body: { id: started.body.id } });
    const other = await importing('large', 'products', path, { seed: 7 });
    expect(other).toMatchObject({ status: 409, body: { error: { code: 'dataset.importing' } } });
    utimesSync(path, new Date(), new Date(Date.now() + 60_000));
    const ofChangedFile = await importing('large', 'products', path);
    expect(ofChangedFile).toMatchObject({ status: 409, body: { error: { code: 'dataset.importing' } } });
    await send('POST', `/jobs/${String(started.body.id)}/cancel`);
    expect((await ended(started)).state).toBe('cancelled');
    expect((await send('DELETE', '/datasets/large')).status).toBe(204);
    expect(existsSync(join(folder.path, 'data', 'blobs', 'directories', 'datasets', 'large'))).toBe(false);
    expect((await send('GET', '/datasets/large')).status).toBe(404);
  });

  it('refuses names and formats that are none', async () => {
    for (const name of ['../up', '', '.hidden', 'a/b', 'x'.repeat(101)])
      expect((await importing(name, 'products', '/tmp')).status).toBe(422);
    expect((await importing('x', 'parquet', '/tmp')).status).toBe(422);
  });

  it('on a full disk ends with what to do, keeps nothing of it, and works once there is room', async ({ skip }) => {
    const dataDir = join(folder.path, 'full');
    const disk = join(dataDir, 'datasets');
    const small = mountSmallDisk(disk);
    if (!small) return skip('mounting a small disk needs root');
    const path = folder.write('many.csv', `id,title,label\n${lines(30_000)}`);
    const server = await open(dataDir);
    const ask = sender(server);
    try {
      const start = () => ask('POST', '/datasets/import', { name: 'shop', format: 'products', path });
      expect(await ended(await start(), ask)).toMatchObject({ state: 'failed', error: { code: 'storage.full' } });
      expect(readdirSync(join(disk, '.importing'))).toEqual([]);
      expect((await ask('POST', '/categories', { code: 'mugs', name: 'Mugs' })).status).toBe(201);
      small.grow(64);
      expect(await ended(await start(), ask)).toMatchObject({ state: 'succeeded', result: { rows: 30_000 } });
    } finally {
      await server.close();
      small.remove();
    }
  });

  it('killed midway goes on for who orders it again, and gives way to who orders it otherwise', async () => {
    const dataDir = join(folder.path, 'left');
    const path = folder.write('left.csv', `id,title,label\n${lines(60_000)}`);
    await killedMidway(dataDir, path);
    const next = await open(dataDir);
    const ask = sender(next);
    const again = (options = {}) =>
      ask('POST', '/datasets/import', { name: 'shop', format: 'products', path, options });
    const same = await again();
    expect((await ask('GET', '/datasets/shop')).body.importing).toMatchObject({ id: same.body.id });
    const otherwise = await again({ split: [0.5, 0.25, 0.25] });
    expect(otherwise.body.id).not.toBe(same.body.id);
    expect(await ended(same, ask)).toMatchObject({ state: 'cancelled' });
    expect(await ended(otherwise, ask)).toMatchObject({ state: 'succeeded', result: { rows: 60_000 } });
    expect((await ask('GET', '/datasets/shop')).body).toMatchObject({ snapshots: 1, importing: null });
    await next.close();
  });

  it('killed midway leaves no half snapshot and is finished by the next server', async () => {
    const dataDir = join(folder.path, 'killed');
    const path = folder.write('many.csv', `id,title,label\n${lines(30_000)}`);
    await killedMidway(dataDir, path);
    expect(existsSync(join(dataDir, 'blobs', 'directories', 'datasets', 'shop'))).toBe(false);
    const next = await open(dataDir);
    const ask = sender(next);
    for (;;) {
      const { body } = await ask('GET', '/datasets/shop');
      if (body.importing === null) break;
      expect(body.importing).not.toMatchObject({ state: 'failed' });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect((await ask('GET', '/datasets/shop')).body).toMatchObject({ rows: 30_000, rejected: 0 });
    await next.close();
    expect(readdirSync(join(dataDir, 'datasets', '.importing'))).toEqual([]);
  });
});

describe('an upload', () => {
  it('is imported under a name of our own, its fields in any order, and its file removed', async () => {
    const form = upload(
      { name: 'up', format: 'products', options: '{"map":{"title":"t"}}' },
      { file: ['../../../etc/cron.d/evil\0.csv', 'id,t,label\n1,Mug,a\n2,Cup,b\n'] },
    );
    expect(await ended(await send('POST', '/datasets/upload', form))).toMatchObject({
      state: 'succeeded',
      result: { rows: 2 },
    });
    expect(inboxes()).toEqual([]);
  });

  it('takes photos beside the table, or an archive of both', async () => {
    const photo = (background: string) =>
      sharp({ create: { width: 70, height: 70, channels: 3, background } })
        .png()
        .toBuffer();
    const [red, blue] = [await photo('red'), await photo('blue')];
    const table = 'id,title,image\n1,Red mug,foto/Größe 1.png\n2,Blue cup,2.png\n';
    const form = upload({ name: 'photos', format: 'products' }, { file: ['p.csv', table] });
    form.append('images', new Blob([new Uint8Array(red)]), 'Größe 1.png');
    form.append('images', new Blob([new Uint8Array(blue)]), '../../2.png');
    await ended(await send('POST', '/datasets/upload', form));
    expect((await send('GET', '/datasets/photos')).body).toMatchObject({ rows: 2, fields: { image: 2 } });

    const packed = await tar({
      'products.csv': table,
      ['foto/Größe 1.png'.normalize('NFD')]: red,
      'images/2.png': blue,
    });
    const archive = new FormData();
    archive.append('name', 'packed');
    archive.append('format', 'products');
    archive.append('file', new Blob([new Uint8Array(packed)]), 'shop.tar');
    await ended(await send('POST', '/datasets/upload', archive));
    expect((await send('GET', '/datasets/packed')).body).toMatchObject({ rows: 2, fields: { image: 2 } });
    expect(readdirSync(join(folder.path, 'data', 'datasets', '.importing'))).toEqual([]);
    expect(inboxes()).toEqual([]);
  });

  it('with two photos of one name, or two tables, is refused', async () => {
    const form = upload({ name: 'photos', format: 'products' }, { file: ['p.csv', 'id,title\n1,x\n'] });
    for (const name of ['a/1.png', 'b/1.png']) form.append('images', new Blob(['x']), name);
    expect(await send('POST', '/datasets/upload', form)).toMatchObject({
      status: 422,
      body: { error: { code: 'upload.file', message: expect.stringContaining('1.png') } },
    });
    const twice = upload({ name: 'photos', format: 'products' }, { file: ['p.csv', 'id,title\n1,x\n'] });
    twice.append('file', new Blob(['x']), 'q.csv');
    expect((await send('POST', '/datasets/upload', twice)).body.error?.code).toBe('upload.file');
    expect(inboxes()).toEqual([]);
  });

  it('can’t make the server read its own files', async () => {
    const secret = folder.write(
      'secret.png',
      await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
        .png()
        .toBuffer(),
    );
    const form = upload(
      { name: 'spy', format: 'products' },
      { file: ['p.csv', `id,title,image\n1,Mug,${secret}\n2,Cup,../../shop.csv\n`] },
    );
    await ended(await send('POST', '/datasets/upload', form));
    expect((await send('GET', '/datasets/spy')).body).toMatchObject({ rows: 2, fields: { image: 0 } });
    for (const options of ['{"images":"/"}', '{"labels":"/etc/passwd"}', '{"names":"/etc/passwd"}', 'not json', '[]'])
      expect(
        (
          await send(
            'POST',
            '/datasets/upload',
            upload({ name: 'spy', format: 'products', options }, { file: ['p.csv', 'id,title\n1,x\n'] }),
          )
        ).status,
      ).toBe(422);
    expect((await send('POST', '/datasets/upload', upload({ name: 'spy', format: 'products' }, {}))).status).toBe(422);
    expect((await send('POST', '/datasets/upload', { name: 'spy' })).status).toBe(415);
    expect(inboxes()).toEqual([]);
  });
});

describe('a data set', () => {
  it('is checked for duplicates, rare classes and labels that the words contradict', async () => {
    const of = (kind: string, index: number) =>
      `${kind}${index},${kind} number ${index} made of ${kind} ${(index * 31) % 17} colour ${(index * 13) % 29},${kind}s\n`;
    const rows = ['lamp', 'shirt', 'chair'].flatMap((kind) =>
      Array.from({ length: 40 }, (_, index) => of(kind, index)),
    );
    const path = folder.write(
      'check.csv',
      `id,title,label\n${rows.join('')}wrong,shirt number 77 made of shirt 5 colour 3,lamps\ncopy,lamp number 1 made of lamp 14 colour 13,chairs\n`,
    );
    await ended(await importing('check', 'products', path));
    const { body } = await send('POST', '/datasets/check/check');
    const problems = Object.fromEntries(
      (body.problems as { code: string; examples: string[] }[]).map((problem) => [problem.code, problem.examples]),
    );
    expect(problems['label.suspect']).toContain('wrong: lamps, rather shirts?');
    expect(problems['duplicate.exact']).toEqual(['lamp1, copy']);
    expect(problems['duplicate.labels']!.join()).toContain('copy: chairs');
  });

  it('can be made of the catalogue as it stands', async () => {
    await send('POST', '/categories', { code: 'mugs', name: 'Mugs', parent: null });
    for (const title of ['Blue mug with a handle', 'Red mug without one'])
      expect((await send('POST', '/products', { title, category: 'mugs' })).status).toBe(201);
    expect(await ended(await send('POST', '/datasets/from-catalogue', { name: 'catalogue' }))).toMatchObject({
      state: 'succeeded',
      result: { rows: 2 },
    });
    expect((await send('GET', '/datasets/catalogue')).body).toMatchObject({
      format: 'catalogue',
      classes: [{ code: 'mugs', name: 'Mugs', rows: 2 }],
    });
    expect(inboxes()).toEqual([]);
  });

  it('of the catalogue keeps the newest five snapshots, and older ones that a run needs', async () => {
    const dataDir = join(folder.path, 'nightly');
    let own = await open(dataDir);
    const snapshots = () => readdirSync(join(dataDir, 'blobs', 'directories', 'datasets', 'night')).sort();
    const hashes: string[] = [];
    await sender(own)('POST', '/categories', { code: 'mugs', name: 'Mugs', parent: null });
    for (let night = 0; night < 7; night++) {
      await sender(own)('POST', '/products', { title: `Mug of night ${night}`, category: 'mugs' });
      const started = await sender(own)('POST', '/datasets/from-catalogue', { name: 'night' });
      hashes.push((await ended(started, sender(own))).result?.snapshot as string);
    }
    expect(snapshots()).toEqual([...hashes].sort());
    const run = {
      id: 'r',
      task: 'classify',
      dataset: 'night',
      config: {},
      seed: 1,
      codeVersion: '0',
      primaryMetric: '',
    };
    const ending = { snapshot: hashes[0]!, state: 'failed' as const, finishedAt: new Date() };
    await own.context.db.insert(runs).values({ ...run, ...ending });
    for (const [finishedAt, gone] of [
      [new Date(), [1]],
      [new Date(2020, 1, 1), [0, 1]],
    ] as const) {
      await own.context.db.update(runs).set({ finishedAt });
      await own.close();
      own = await open(dataDir);
      expect(snapshots()).toEqual(hashes.filter((_, night) => !(gone as readonly number[]).includes(night)).sort());
    }
    expect((await sender(own)('GET', '/datasets/night')).body).toMatchObject({ snapshot: hashes[6], snapshots: 5 });
    await own.close();
  });
});
