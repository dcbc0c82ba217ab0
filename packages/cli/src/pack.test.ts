import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { packSimilar } from '@vitrine/service';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { vitrineOn } from './testing/command.test.fixture.js';
import { testRegistry } from './testing/registry.test.fixture.js';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
/** In a scope, so that it alone comes from the tests' registry. */
const name = '@shop/similar';

let folder: string;
const file = (...names: string[]) => join(folder, ...names);
const vitrine = (...words: string[]) => vitrineOn(file('data'), ...words);

/** Photos of stripes, lying and upright, of several colours. */
async function drawPhotos(count: number): Promise<void> {
  await mkdir(file('photos'));
  const rows = Array.from({ length: count }, (_, i) => i);
  await Promise.all(
    rows.map((i) => {
      const stripe = i % 2 ? '<rect width="64" height="12" y="' : '<rect width="12" height="64" x="';
      const bars = [0, 1, 2].map((k) => `${stripe}${(i % 9) + 21 * k}" fill="hsl(${(i * 47) % 360} 60% 40%)"/>`);
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64" fill="white"/>${bars.join('')}</svg>`;
      return sharp(Buffer.from(svg))
        .jpeg()
        .toFile(file('photos', `p${i}.jpg`));
    }),
  );
  const lines = rows.map((i) => `p${i},stripes ${i},${i % 2 ? 'lying' : 'upright'},photos/p${i}.jpg`);
  await writeFile(file('products.csv'), `id,title,category,image\n${lines.join('\n')}\n`);
}

/** Vectors by product, as `vitrine predict similar` writes them. */
async function predicted(): Promise<Map<string, number[]>> {
  const text = await readFile(file('vectors.jsonl'), 'utf8');
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; vector: number[] });
  return new Map(lines.map(({ id, vector }) => [id, vector]));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-pack-'));
  await drawPhotos(64);
  const imported = await vitrine('data', 'import', 'products', file('products.csv'), '--name', 'stripes');
  expect(imported.code, JSON.stringify(imported.answer)).toBe(0);
  const settings = ['backbone=small', 'size=32', 'epochs=1', 'batchSize=16'];
  const trained = await vitrine('train', 'similar', '--data', 'stripes', ...settings);
  expect(trained.code, JSON.stringify(trained.answer)).toBe(0);
  const vectors = ['--model', 'similar@1', '--out', file('vectors.jsonl')];
  const answered = await vitrine('predict', 'similar', file('products.csv'), ...vectors);
  expect(answered.code, JSON.stringify(answered.answer)).toBe(0);
});

afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

describe('a model as a package', () => {
  beforeAll(async () => {
    const packed = await vitrine('models', 'pack', 'similar@1', '--to', file('package'), '--name', name, '--container');
    expect(packed.code, JSON.stringify(packed.answer)).toBe(0);
    await mkdir(file('project'));
    await writeFile(file('project', 'package.json'), '{ "type": "module", "private": true }');
    const registry = await testRegistry();
    try {
      // npm wants to see a token even where anyone may publish.
      const settings = `@shop:registry=${registry.address}\n${registry.address.replace('http:', '')}:_authToken=anyone\n`;
      await writeFile(file('project', '.npmrc'), settings);
      await run('npm', ['publish', file('package'), '--ignore-scripts'], { cwd: file('project') });
      const how = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
      await run('npm', ['install', name, ...how], { cwd: file('project') });
    } finally {
      await registry.close();
    }
  }, 300_000);

  test('is published to a registry, and installed by its name in an empty project, where its README’s example runs and a strict compiler accepts it', async () => {
    const readme = await readFile(file('project/node_modules', name, 'README.md'), 'utf8');
    const [, example] = /```ts\n(.*?)```/s.exec(readme) as RegExpExecArray;
    await writeFile(file('project', 'example.mts'), example as string);
    await writeFile(file('project', 'example.mjs'), (example as string).replace(' as [string, string]', ''));
    const photos = [file('photos/p1.jpg'), file('photos/p3.jpg')];
    const { stdout } = await run(process.execPath, ['example.mjs', ...photos], { cwd: file('project') });
    expect(stdout).toMatch(/id: 'shirt', score: /);
    const options = ['--noEmit', '--strict', '--target', 'es2023', '--module', 'nodenext', '--types', 'node'];
    const typeRoots = ['--typeRoots', join(dirname(require.resolve('@types/node/package.json')), '..')];
    const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
    await run(process.execPath, [compiler, ...options, ...typeRoots, 'example.mts'], { cwd: file('project') });
  });

  test('gives the vectors that the command gives, finds neighbours, and says why a photo is none', async () => {
    const code = `
      import { embed, embedAll, neighbours, readCatalogue } from '${name}';
      const [vectors, photo] = process.argv.slice(2);
      const catalogue = await readCatalogue(vectors);
      const broken = await embed(new Uint8Array([1, 2, 3])).catch(({ code }) => code);
      const [empty, whole] = await embedAll([new Uint8Array(), photo]);
      console.log(JSON.stringify({
        vector: [...(await embed(photo))],
        found: await neighbours(photo, catalogue, { limit: 3 }),
        broken,
        empty: empty.error.code,
        whole: whole.ok,
      }));`;
    await writeFile(file('project', 'use.mjs'), code);
    const words = ['use.mjs', file('vectors.jsonl'), file('photos/p5.jpg')];
    const { stdout } = await run(process.execPath, words, { cwd: file('project') });
    const { vector, found, ...errors } = JSON.parse(stdout) as {
      vector: number[];
      found: { id: string; score: number }[];
    };
    expect(errors).toEqual({ broken: 'input.image', empty: 'input.empty', whole: true });
    const expected = (await predicted()).get('p5') as number[];
    for (const [i, value] of vector.entries()) expect(value).toBeCloseTo(expected[i] as number, 5);
    expect(found).toHaveLength(3);
    expect(found[0]).toMatchObject({ id: 'p5', score: expect.closeTo(1, 5) });
  });

  test('is the same each time, and never written over something else', async () => {
    const how = { to: file('again'), name, version: 1, container: true };
    await packSimilar(file('package/model'), how);
    const entries = await readdir(file('package'), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    expect(files.map((each) => each.name)).toEqual(expect.arrayContaining(['encoder.onnx', 'server.js', 'Dockerfile']));
    for (const { parentPath, name: each } of files) {
      const twin = join(parentPath.replace(file('package'), file('again')), each);
      expect((await readFile(twin)).equals(await readFile(join(parentPath, each))), each).toBe(true);
    }
    await expect(packSimilar(file('package/model'), how)).rejects.toMatchObject({ code: 'pack.folder' });
    await writeFile(file('notes.txt'), 'mine');
    await expect(packSimilar(file('package/model'), { ...how, to: file('notes.txt') })).rejects.toMatchObject({
      code: 'pack.folder',
    });
    expect(await readFile(file('notes.txt'), 'utf8')).toBe('mine');
    const unnamed = packSimilar(file('package/model'), { ...how, to: file('other'), name: '../Shop' });
    await expect(unnamed).rejects.toMatchObject({ code: 'pack.name' });
    expect(await readdir(folder)).not.toContain('other');
  });

  test('its network comes back as an encoder from elsewhere, with the same vectors', async () => {
    const model = JSON.parse(await readFile(file('package/model/model.json'), 'utf8')) as {
      spec: { mean: number[]; deviation: number[]; fit: string };
    };
    const inUnits = (values: number[]) => values.map((value) => value / 255).join(',');
    const recipe = [
      '--mean',
      inUnits(model.spec.mean),
      '--std',
      inUnits(model.spec.deviation),
      '--fit',
      model.spec.fit,
    ];
    const network = file('package/model/encoder.onnx');
    const imported = await vitrine('models', 'import', 'similar', network, ...recipe);
    expect(imported.code, JSON.stringify(imported.answer)).toBe(0);
    expect(imported.answer).toMatchObject({ task: 'similar', version: 2, stage: 'candidate', snapshot: null });
    const own = await predicted();
    await vitrine('predict', 'similar', file('products.csv'), '--model', 'similar@2', '--out', file('again.jsonl'));
    const [first] = (await readFile(file('again.jsonl'), 'utf8'))
      .split('\n', 1)
      .map((line) => JSON.parse(line) as { id: string; vector: number[] });
    const expected = own.get(first?.id ?? '') as number[];
    for (const [i, value] of expected.entries()) expect(first?.vector[i]).toBeCloseTo(value, 4);
  });

  test.each([
    ['a size that does not fit', ['--size', '224'], 'artifact.invalid'],
    ['a mean that is none', ['--mean', 'grey'], 'cli.option'],
    ['a text side without its tokenizer', ['--text', 'text.onnx'], 'cli.option'],
  ])('%s is refused', async (_, words, code) => {
    const network = file('package/model/encoder.onnx');
    const { answer } = await vitrine('models', 'import', 'similar', network, ...words);
    expect(answer.error?.code).toBe(code);
  });

  describe('as a service', () => {
    let service: ChildProcess;
    let address: string;
    beforeAll(async () => {
      const home = file('project/node_modules', name);
      const env = { ...process.env, PORT: '0', VECTORS: file('vectors.jsonl') };
      service = spawn(process.execPath, [join(home, 'server.js')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
      const [line] = (await once(service.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
      address = /http:\S+/.exec(line.toString())?.[0] as string;
    });
    afterAll(async () => {
      service.kill();
      await once(service, 'exit');
    });

    test('finds what looks like a photo, and stays well after one that is none', async () => {
      const ask = async (body: Uint8Array) => {
        const headers = { 'content-type': 'image/jpeg' };
        return (
          await fetch(`${address}/neighbours?limit=2`, { method: 'POST', headers, body })
        ).json() as Promise<object>;
      };
      const photo = new Uint8Array(await readFile(file('photos/p7.jpg')));
      expect(await ask(photo)).toMatchObject({ neighbours: [{ id: 'p7' }, {}] });
      expect(await ask(photo.subarray(0, 300))).toMatchObject({ error: { code: 'input.image' } });
      expect(await (await fetch(`${address}/healthz`)).json()).toEqual({ ready: true, products: 64 });
    });
  });
});
