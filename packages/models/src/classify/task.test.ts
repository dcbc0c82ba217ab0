import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@vitrine/grad';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reporterOf, type TrainingEvent } from '../reporting/events.js';
import { IMAGES_FILE } from '../snapshot/manifest.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { ArtifactSummary, Predictor, TrainingContext } from '../task.js';
import type { Classification, ClassifyInput } from './schema.js';
import { classify } from './task.js';
import { type TinyRow, tinySnapshot as writeTinySnapshot } from './testing/tiny-snapshot.js';

const SIDE = 16;
const WORDS = { boots: ['boots', 'leather', 'laces', 'sole'], mugs: ['mug', 'ceramic', 'coffee', 'handle'] } as const;
const SHARED = ['new', 'red', 'large', 'gift', 'sale'];

/** Boots are bright above and talk of leather, mugs are bright below and talk of coffee; either can be missing. */
function rows(count: number, fields: 'text' | 'both'): TinyRow[] {
  const random = createRandom(2, 'rows');
  return Array.from({ length: count }, (_, i): TinyRow => {
    const label = i % 2 === 0 ? 'boots' : 'mugs';
    const title = Array.from({ length: 4 }, (_, at) => {
      const words = at < 2 ? WORDS[label] : SHARED;
      return words[random.integer(words.length)]!;
    }).join(' ');
    const split = i % 10 === 8 || i % 10 === 5 ? 'validation' : i % 10 === 9 || i % 10 === 6 ? 'test' : 'train';
    return {
      title,
      label,
      split,
      ...(fields === 'both' ? { pixels: pixelsOf(label, () => random.integer(120)) } : {}),
    };
  });
}

function pixelsOf(label: string, noise: () => number) {
  const bytes = Uint8Array.from({ length: SIDE * SIDE }, (_, pixel) => {
    const above = pixel < (SIDE * SIDE) / 2;
    return noise() + (above === (label === 'boots') ? 130 : 0);
  });
  return { bytes, width: SIDE, height: SIDE };
}

const photoOf = (label: string) =>
  sharp(pixelsOf(label, () => 60).bytes, { raw: { width: SIDE, height: SIDE, channels: 1 } })
    .png()
    .toBuffer();

let directory: string;
const opened: Snapshot[] = [];

async function tinySnapshot(place: string, given: readonly TinyRow[]): Promise<Snapshot> {
  const snapshot = await writeTinySnapshot(place, given);
  opened.push(snapshot);
  return snapshot;
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'classify-'));
});
afterAll(async () => {
  for (const snapshot of opened) await snapshot.close();
  await rm(directory, { recursive: true });
});

interface Training {
  readonly summary: ArtifactSummary;
  readonly events: TrainingEvent[];
  readonly artifact: string;
}

async function train(
  snapshot: Snapshot,
  name: string,
  raw: object,
  context: Partial<TrainingContext> = {},
): Promise<Training> {
  const events: TrainingEvent[] = [];
  const artifact = join(directory, name);
  const config = classify.configSchema.parse(raw);
  await classify.prepare(snapshot, config);
  const summary = await classify.train(snapshot, config, {
    reporter: reporterOf((event) => events.push(event)),
    workDir: join(directory, `${name}-work`),
    artifactDir: artifact,
    seed: 1,
    signal: new AbortController().signal,
    engine: { threads: 1 },
    ...context,
  });
  return { summary, events, artifact };
}

type Opened = Predictor<ClassifyInput, Classification>;
const one = async (predictor: Opened, input: ClassifyInput, options = {}) =>
  (await predictor.predict([input], options))[0]!;

describe('classify on texts', () => {
  let snapshot: Snapshot;
  let trained: Training;
  let predictor: Opened;
  beforeAll(async () => {
    snapshot = await tinySnapshot(join(directory, 'texts'), rows(160, 'text'));
    trained = await train(snapshot, 'text', {});
    predictor = await classify.open(trained.artifact);
  });
  afterAll(() => predictor.close());

  it('learns, and reports what it measured on rows it had not seen', () => {
    const { summary } = trained;
    expect(summary.metrics.accuracy).toBeGreaterThan(0.9);
    expect(summary.metrics.examples).toBe(32);
    expect(summary.trainedOn).toEqual({ snapshot: snapshot.manifest.hash, splits: ['train', 'validation', 'test'] });
    expect(summary.files.map(({ path }) => path)).toContain('model.json');
  });

  it('tells its progress, the metrics and the confusion matrix of every epoch', () => {
    const { events } = trained;
    const fractions = events.flatMap((event) => (event.type === 'progress' ? [event.fraction] : []));
    expect(fractions.at(-1)).toBe(1);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    const confusions = events.filter((event) => event.type === 'figure' && event.name === 'confusion');
    expect(confusions.length).toBeGreaterThan(1);
    expect(events.some((event) => event.type === 'metrics' && event.values['validation.accuracy'] !== undefined)).toBe(
      true,
    );
  });

  it('ranks categories with their names and probabilities', async () => {
    const result = await one(predictor, { title: 'Leather boots', description: '<p>with laces</p>' }, { top: 2 });
    expect(result).toMatchObject({
      ok: true,
      output: { used: 'text', predictions: [{ code: 'boots', name: 'Name of boots' }, {}] },
    });
    const sum = result.ok ? result.output.predictions.reduce((total, { probability }) => total + probability, 0) : 0;
    expect(sum).toBeCloseTo(1, 5);
    expect((await one(predictor, { title: 'coffee mug' }, { top: 1 })).ok).toBe(true);
  });

  it.each([
    ['nothing', {}],
    ['an empty title', { title: '' }],
    ['tags alone', { title: '<div><br/></div>', description: '&nbsp;' }],
    ['a photo alone', { image: new Uint8Array([1, 2, 3]) }],
  ])('answers %s with an error that says what to give', async (_, input) => {
    expect(await one(predictor, input)).toMatchObject({
      ok: false,
      error: { code: 'input.empty', message: expect.stringContaining('a title') },
    });
  });

  it.each([
    ['a megabyte of text', { title: 'mug '.repeat(250_000) }],
    ['a megabyte of open tags', { title: `mug ${'<p'.repeat(500_000)}` }],
    ['NUL, lone surrogates and direction marks', { title: '\u0000mug\ud800\u202e' }],
    ['emoji', { title: '☕🎁' }],
    ['right to left', { title: 'كوب قهوة' }],
  ])('answers %s', async (_, input) => {
    expect(await one(predictor, input)).toMatchObject({ ok: true });
  });

  it('lets one bad input fail alone, in order', async () => {
    const results = await predictor.predict([{ title: 'coffee mug' }, { title: '' }, { title: 'leather boots' }], {
      top: 1,
    });
    expect(results.map((result) => (result.ok ? result.output.predictions[0]!.code : result.error.code))).toEqual([
      'mugs',
      'input.empty',
      'boots',
    ]);
  });

  it('gives a listing the same answer alone and in a batch, but for rounding', async () => {
    const alone = await one(predictor, { title: 'red ceramic gift' });
    const [, among] = await predictor.predict([{ title: 'a' }, { title: 'red ceramic gift' }, { title: 'sole laces' }]);
    const [a, b] = [alone, among!].map((result) => (result.ok ? result.output.predictions : []));
    expect(a).toHaveLength(2);
    expect(b!.map(({ code }) => code)).toEqual(a!.map(({ code }) => code));
    a!.forEach(({ probability }, i) => {
      expect(b![i]!.probability).toBeCloseTo(probability, 6);
    });
  });

  it('says which words decided, with their places in the text as given', async () => {
    const title = '<b>New</b> ceramic mug, new';
    const result = await one(predictor, { title }, { explain: true });
    const words = result.ok ? (result.output.explanation?.words ?? []) : [];
    expect(words.map(({ text }) => text)).toEqual(['New', 'ceramic', 'mug', 'new']);
    for (const { start, end, text } of words) expect(title.slice(start, end)).toBe(text);
    const [strongest] = words.toSorted((a, b) => b.weight - a.weight);
    expect(['ceramic', 'mug']).toContain(strongest?.text);
  });

  it('measures an opened model on a split', async () => {
    const { metrics, figures } = await classify.evaluate(predictor, snapshot, { split: 'validation' });
    expect(metrics).toMatchObject({ examples: 32, skipped: 0 });
    expect(metrics.accuracy).toBeGreaterThan(0.9);
    expect(figures.confusion).toMatchObject({ classes: ['boots', 'mugs'] });
  });

  it('goes on from the checkpoints of an interrupted attempt to the same model', async () => {
    const stop = new AbortController();
    const reporter = reporterOf((event) => {
      if (event.type === 'checkpoint' && event.epoch === 3) stop.abort(new Error('stopped'));
    });
    await expect(train(snapshot, 'resumed', {}, { reporter, signal: stop.signal })).rejects.toThrow('stopped');
    await rm(join(directory, 'resumed'), { recursive: true, force: true });
    const resumed = await train(snapshot, 'resumed', {});
    const epochs = resumed.events.flatMap((event) => (event.type === 'checkpoint' ? [event.epoch] : []));
    expect(epochs[0]).toBe(4);
    expect(resumed.summary.files.filter(({ path }) => path !== 'model.json')).toEqual(
      trained.summary.files.filter(({ path }) => path !== 'model.json'),
    );
    expect(resumed.summary.metrics).toEqual(trained.summary.metrics);
  });

  it.each(['text/linear.safetensors', 'text/tables.safetensors', 'text/network.onnx', 'text/words.onnx', 'model.json'])(
    'refuses a model whose %s is cut short or missing',
    async (file) => {
      const broken = join(directory, 'broken');
      await cp(trained.artifact, broken, { recursive: true });
      const { length } = await readFile(join(broken, file));
      await truncate(join(broken, file), Math.floor(length / 2));
      await expect(classify.open(broken)).rejects.toMatchObject({ code: 'artifact.invalid' });
      await rm(join(broken, file));
      await expect(classify.open(broken)).rejects.toMatchObject({ code: 'artifact.invalid' });
      await rm(broken, { recursive: true });
    },
  );

  it('refuses a model with one byte changed', async () => {
    const broken = join(directory, 'broken');
    await cp(trained.artifact, broken, { recursive: true });
    const file = join(broken, 'text/vocabulary.safetensors');
    const bytes = await readFile(file);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(file, bytes);
    await expect(classify.open(broken)).rejects.toMatchObject({
      code: 'artifact.invalid',
      message: expect.stringContaining('changed'),
    });
  });

  it('opens a model on the provider it is told to', async () => {
    await expect(classify.open(trained.artifact, { providers: ['nonesuch'] })).rejects.toThrow('on nonesuch');
  });

  it('trains an LSTM when asked', async () => {
    const { summary, artifact } = await train(snapshot, 'lstm', {
      'model.text': 'lstm',
      'text.length': 12,
      'text.dim': 16,
      'text.hidden': 16,
      epochs: 12,
      lr: 0.02,
      batchSize: 16,
    });
    expect(summary.metrics.accuracy).toBeGreaterThan(0.85);
    const opened = await classify.open(artifact);
    expect(await one(opened, { title: 'leather boots' }, { top: 1 })).toMatchObject({
      ok: true,
      output: { predictions: [{ code: 'boots' }] },
    });
    await opened.close();
  });
});

describe('classify on texts and pictures', () => {
  let trained: Training;
  let predictor: Opened;
  beforeAll(async () => {
    const snapshot = await tinySnapshot(join(directory, 'both'), rows(160, 'both'));
    trained = await train(snapshot, 'fusion', {
      'image.epochs': 4,
      'image.width': 0.25,
      'image.batchSize': 16,
      'image.augment': 0,
    });
    predictor = await classify.open(trained.artifact);
  });
  afterAll(() => predictor.close());

  it('chooses fusion by what the data set holds, and measures each head on the same rows', () => {
    const { metrics, description, trainedOn } = trained.summary;
    expect(description).toContain('fusion');
    expect(trainedOn.splits).toEqual(['train', 'validation', 'test']);
    for (const name of ['accuracy', 'text.accuracy', 'image.accuracy', 'ece', 'text.ece', 'image.ece'])
      expect(metrics).toHaveProperty([name]);
    expect(metrics.accuracy).toBeGreaterThan(0.9);
  });

  it('answers from whatever a listing has', async () => {
    const image = await photoOf('mugs');
    for (const [input, used] of [
      [{ title: 'coffee mug' }, 'text'],
      [{ image }, 'image'],
      [{ title: 'coffee mug', image }, 'both'],
      [{ title: '<p></p>', image }, 'image'],
    ] as const) {
      expect(await one(predictor, input, { top: 1 })).toMatchObject({
        ok: true,
        output: { used, predictions: [{ code: 'mugs' }] },
      });
    }
  });

  it('refuses what is no picture, and only that input', async () => {
    const text = new TextEncoder().encode('this is no picture');
    const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>');
    const cut = (await photoOf('mugs')).subarray(0, 60);
    const inputs = [{ image: text }, { image: svg }, { title: 'mug', image: cut }, { title: 'mug' }];
    const codes = (await predictor.predict(inputs)).map((result) => (result.ok ? 'ok' : result.error.code));
    expect(codes).toEqual(['input.image', 'input.image', 'input.image', 'ok']);
  });

  it('leaves no picture out that was changed since it was imported: it ends', async () => {
    const snapshot = await tinySnapshot(join(directory, 'changed'), rows(40, 'both'));
    const pack = join(snapshot.directory, IMAGES_FILE);
    const pictures = await readFile(pack);
    // The last one is of the test split, and is read once the model is trained.
    pictures.writeUInt8(pictures.readUInt8(pictures.length - 1) ^ 1, pictures.length - 1);
    await writeFile(pack, pictures);
    const settings = { model: 'image', 'image.epochs': 1, 'image.width': 0.25, 'image.batchSize': 8 };
    await expect(train(snapshot, 'changed-model', settings)).rejects.toMatchObject({ code: 'data.snapshot' });
  });

  it('says which regions decided', async () => {
    const result = await one(predictor, { image: await photoOf('boots') }, { explain: true });
    const image = result.ok ? result.output.explanation?.image : undefined;
    expect(image?.weights).toHaveLength(image!.rows * image!.columns);
    expect(image?.weights.every(Number.isFinite)).toBe(true);
  });
});

describe('the provider that classify is told to run on', () => {
  const engine = { providers: ['nonesuch'] };
  const texts = rows(160, 'text');
  const photos = rows(160, 'both');

  it.each([
    ['lstm', { model: 'lstm', epochs: 1 }, texts],
    ['image', { model: 'image', epochs: 1, 'image.width': 0.25 }, photos],
  ])('trains and opens an %s model', async (name, config, learnt) => {
    const snapshot = await tinySnapshot(join(directory, `${name}-elsewhere`), learnt);
    await expect(train(snapshot, `${name}-untrained`, config, { engine })).rejects.toThrow('on nonesuch');
    const { artifact } = await train(snapshot, `${name}-trained`, config);
    await expect(classify.open(artifact, engine)).rejects.toThrow('on nonesuch');
  });
});

describe('data that cannot be learnt from', () => {
  const some: TinyRow[] = rows(20, 'text');

  it.each([
    ['one class', some.map((row) => ({ ...row, label: 'mugs' })), {}, 'data.classes'],
    ['no labels', some.map(({ label: _, ...row }) => row), {}, 'data.classes'],
    ['no pictures for an image model', some, { model: 'image' }, 'data.images'],
    [
      'no validation picture to judge an image model by',
      rows(20, 'both').map((row) => (row.split === 'validation' ? { ...row, split: 'train' } : row)),
      {},
      'data.images',
    ],
    ['no words for a text model', some.map((row) => ({ ...row, title: '<br>' })), { model: 'text' }, 'data.text'],
  ])('is refused: %s', async (name, given, config, code) => {
    const snapshot = await tinySnapshot(join(directory, name), given as TinyRow[]);
    await expect(classify.prepare(snapshot, classify.configSchema.parse(config))).rejects.toMatchObject({ code });
  });

  it('learns with a class of one example and unlabelled rows among the others', async () => {
    const odd: TinyRow[] = [
      ...some,
      { title: 'lonely lamp', label: 'lamps', split: 'train' },
      { title: 'who knows', split: 'train' },
    ];
    const snapshot = await tinySnapshot(join(directory, 'odd'), odd);
    const { summary } = await train(snapshot, 'odd-model', { epochs: 2 });
    expect(summary.description).toContain('3 types');
  });
});
