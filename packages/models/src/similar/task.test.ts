import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, type Random } from '@vitrine/grad';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinySnapshot } from '../classify/testing/tiny-snapshot.js';
import { reporterOf, type TrainingEvent } from '../reporting/events.js';
import { IMAGES_FILE } from '../snapshot/manifest.js';
import { openSnapshot, type Snapshot } from '../snapshot/snapshot.js';
import type { ArtifactSummary, TrainingContext } from '../task.js';
import { similar } from './task.js';

const SIDE = 16;
const CLASSES = ['upright', 'lying', 'checked', 'plain'];

/** Whether a place is dark, in stripes 2 pixels wide. */
const dark: ((x: number, y: number) => boolean)[] = [
  (x) => x % 4 < 2,
  (_, y) => y % 4 < 2,
  (x, y) => x % 4 < 2 !== y % 4 < 2,
  () => false,
];

/** A pattern that begins anywhere, on a ground of any brightness, under noise of that deviation. */
function drawn(kind: number, random: Random, noise = 12): Uint8Array {
  const [x, y] = [random.integer(4), random.integer(4)];
  const ground = 60 + 150 * random.uniform();
  const depth = 30 + 20 * random.uniform();
  return Uint8Array.from({ length: SIDE * SIDE }, (_, i) => {
    const shade = dark[kind]!((i % SIDE) + x, Math.floor(i / SIDE) + y) ? depth : 0;
    return Math.max(0, Math.min(255, ground - shade + noise * random.normal()));
  });
}

/** 320 pictures to train on, 80 to validate and 80 to test by. */
function shapes(place: string, noise?: number): Promise<Snapshot> {
  const random = createRandom(1, 'shapes');
  const rows = Array.from({ length: 480 }, (_, i) => ({
    label: CLASSES[i % 4]!,
    split: i < 320 ? ('train' as const) : i < 400 ? ('validation' as const) : ('test' as const),
    pixels: { bytes: drawn(i % 4, random, noise), width: SIDE, height: SIDE },
  }));
  return tinySnapshot(join(directory, place), rows);
}

let directory: string;
let snapshot: Snapshot;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'similar-'));
  snapshot = await shapes('snapshot');
});
afterAll(async () => {
  await snapshot.close();
  await rm(directory, { recursive: true, force: true });
});

const config = similar.configSchema.parse({ epochs: 8, batchSize: 64, dimension: 16 });

function context(
  name: string,
  signal = new AbortController().signal,
): { context: TrainingContext; events: TrainingEvent[] } {
  const events: TrainingEvent[] = [];
  return {
    events,
    context: {
      reporter: reporterOf((event) => events.push(event)),
      workDir: join(directory, name, 'work'),
      artifactDir: join(directory, name, 'model'),
      seed: 1,
      signal,
      engine: { threads: 1 },
    },
  };
}

const seriesOf = (events: readonly TrainingEvent[], name: string) =>
  events.flatMap((event) => (event.type === 'metrics' && name in event.values ? [event.values[name]!] : []));

describe('the task similar', () => {
  let summary: ArtifactSummary;
  let events: TrainingEvent[];
  const modelDir = () => join(directory, 'whole', 'model');
  beforeAll(async () => {
    const whole = context('whole');
    events = whole.events;
    await similar.prepare(snapshot, config);
    summary = await similar.train(snapshot, config, whole.context);
  });

  it('learns without labels vectors that let unseen pictures of a kind find each other', () => {
    const { metrics } = summary;
    const losses = seriesOf(events, 'train.loss');
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
    expect(metrics.precisionAt10).toBeGreaterThan(metrics.pixelsPrecisionAt10! + 0.1);
    expect(metrics.precisionAt10).toBeGreaterThan(metrics.untrainedPooledPrecisionAt10! + 0.1);
    for (const name of ['precisionAt10', 'knnAccuracy', 'probeAccuracy']) {
      expect(seriesOf(events, `validation.${name}`)).toHaveLength(8);
    }
    expect(metrics.examples).toBe(80);
  });

  it('lays the validation pictures out in a plane while it learns', () => {
    const figures = events.flatMap((event) => (event.type === 'figure' && event.name === 'projection' ? [event] : []));
    expect(figures.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const { points } = figures.at(-1)!.data as { points: Record<string, unknown>[] };
    expect(points).toHaveLength(80);
    expect(points[0]).toEqual({
      row: 320,
      label: CLASSES[0],
      pca: [expect.any(Number), expect.any(Number)],
      map: [expect.any(Number), expect.any(Number)],
    });
  });

  it('goes on after an interruption to exactly the same model', async () => {
    const few = { ...config, epochs: 3 };
    const straight = context('straight');
    await similar.train(snapshot, few, straight.context);

    const controller = new AbortController();
    const broken = context('broken', controller.signal);
    const { reporter } = broken.context;
    const stopping = {
      ...reporter,
      checkpoint: (epoch: number) => {
        if (epoch === 2) controller.abort(new Error('stopped'));
      },
    };
    const interrupted = similar.train(snapshot, few, { ...broken.context, reporter: stopping });
    await expect(interrupted).rejects.toThrow('stopped');

    const resumed = context('broken');
    await similar.train(snapshot, few, resumed.context);
    expect(resumed.events).toContainEqual({ type: 'log', level: 'info', message: 'Going on after epoch 2 of 3.' });
    const encoderOf = (name: string) => readFile(join(directory, name, 'model', 'encoder.onnx'));
    expect((await encoderOf('broken')).equals(await encoderOf('straight'))).toBe(true);
  });

  it('answers a photo with a vector of length 1, and what is no photo with its error', async () => {
    const predictor = await similar.open(modelDir());
    const bytes = Buffer.from(drawn(0, createRandom(2, 'photo')));
    const image = await sharp(bytes, { raw: { width: SIDE, height: SIDE, channels: 1 } })
      .png()
      .toBuffer();
    const [photo, none, broken] = await predictor.predict([{ image }, {}, { image: image.subarray(0, 60) }]);
    if (!photo?.ok) throw new Error('The photo was refused.');
    expect(Math.hypot(...photo.output.vector)).toBeCloseTo(1, 5);
    expect(similar.outputSchema.parse(photo.output)).toEqual(photo.output);
    expect(none).toMatchObject({ ok: false, error: { code: 'input.empty' } });
    expect(broken).toMatchObject({ ok: false, error: { code: 'input.image' } });
    await predictor.close();
  });

  it('is served in eight bits, where that costs nothing, and in 32 where it is told to', async () => {
    // Without noise each picture finds its kind, by however many bits.
    const clear = await shapes('clear', 0);
    const once = { ...config, epochs: 1 };
    const narrow = context('narrow');
    const served = await similar.train(clear, once, narrow.context);
    expect(served.description).toContain('in 8 bits');
    const said = narrow.events.flatMap((event) => (event.type === 'log' ? [event.message] : []));
    expect(said).toContainEqual(
      expect.stringMatching(/in eight bits .* [01]\.\d{3}, in 32 bits [01]\.\d{3}: served in 8/i),
    );
    const wide = context('wide');
    // It goes on from the other's last epoch.
    await cp(narrow.context.workDir, wide.context.workDir, { recursive: true });
    const other = await similar.train(clear, { ...once, int8: false }, wide.context);
    expect(other.description).toContain('in 32 bits');
    const sizeOf = ({ files }: ArtifactSummary) => files.find(({ path }) => path === 'encoder.onnx')!.bytes;
    expect(sizeOf(served)).toBeLessThan(0.8 * sizeOf(other));
    expect(served.metrics.precisionAt10).toBeGreaterThan(other.metrics.precisionAt10! - 0.03);
    await clear.close();
  });

  it('trains and answers on the provider it is told to', async () => {
    const engine = { providers: ['nonesuch'] };
    const elsewhere = similar.train(snapshot, config, { ...context('elsewhere').context, engine });
    await expect(elsewhere).rejects.toThrow('on nonesuch');
    await expect(similar.open(modelDir(), engine)).rejects.toThrow('on nonesuch');
  });

  it('measures what is served as it measured after the training', async () => {
    const predictor = await similar.open(modelDir());
    const { metrics } = await similar.evaluate(predictor, snapshot);
    expect(metrics).toMatchObject({ examples: 80, skipped: 0 });
    expect(metrics.precisionAt10).toBeCloseTo(summary.metrics.precisionAt10!, 2);
    await predictor.close();
  });

  it('refuses a model that is missing or cut short', async () => {
    const copy = join(directory, 'copy');
    await expect(similar.open(copy)).rejects.toMatchObject({ code: 'artifact.invalid' });
    for (const file of ['encoder.onnx', 'model.json']) {
      await cp(modelDir(), copy, { recursive: true });
      await truncate(join(copy, file), 100);
      await expect(similar.open(copy)).rejects.toMatchObject({ code: 'artifact.invalid' });
    }
  });

  it.each([
    ['epocs', 3, '"epochs"'],
    ['temperature', 0, '"temperature"'],
    ['optimizer', 'sgd', '"optimizer"'],
  ])('refuses %s = %s in words', (key, value, named) => {
    expect(() => similar.configSchema.parse({ [key]: value })).toThrowError(
      expect.objectContaining({ code: 'config.invalid', message: expect.stringContaining(named) }),
    );
  });

  it('takes `model` for the backbone, and refuses two of them', () => {
    expect(similar.configSchema.parse({ model: 'resnet18', epochs: 2 })).toEqual({ backbone: 'resnet18', epochs: 2 });
    expect(similar.configSchema.parse({ model: 'small', backbone: 'small' })).toEqual({ backbone: 'small' });
    expect(() => similar.configSchema.parse({ model: 'resnet18', backbone: 'mobilenetv2' })).toThrowError(
      expect.objectContaining({
        code: 'config.invalid',
        message: 'The settings "model=resnet18" and "backbone=mobilenetv2" name two networks; keep one of them.',
      }),
    );
  });

  it('refuses weights for the small network, and files that are none', async () => {
    expect(() => similar.configSchema.parse({ weights: 'a.safetensors', backbone: 'small' })).toThrowError(
      /torchvision/,
    );
    const wrong = similar.configSchema.parse({ weights: join(directory, 'nowhere'), epochs: 1, size: 32 });
    await expect(similar.train(snapshot, wrong, context('wrong').context)).rejects.toMatchObject({
      code: 'config.invalid',
      message: expect.stringContaining('"weights"'),
    });
  });

  it('learns from pictures without categories, and says what it measures by', async () => {
    const random = createRandom(3, 'unlabelled');
    const splits = ['train', 'train', 'train', 'validation', 'test'] as const;
    const rows = Array.from({ length: 100 }, (_, i) => ({
      split: splits[i % 5]!,
      pixels: { bytes: drawn(i % 4, random), width: SIDE, height: SIDE },
    }));
    const unlabelled = await tinySnapshot(join(directory, 'unlabelled'), rows);
    const run = context('unlabelled');
    await similar.prepare(unlabelled, config);
    const { metrics, primaryMetric } = await similar.train(unlabelled, { ...config, epochs: 2 }, run.context);
    expect(primaryMetric).toBe('viewAccuracy');
    expect(Object.keys(metrics)).toEqual(['viewAccuracy', 'untrainedViewAccuracy', 'examples']);
    expect(run.events).toContainEqual({
      type: 'log',
      level: 'warn',
      message: expect.stringContaining('There are no categories'),
    });
    expect(seriesOf(run.events, 'validation.viewAccuracy')).toHaveLength(2);
    await unlabelled.close();
  });

  it('learns the words of titles beside, unless told not to', async () => {
    const random = createRandom(4, 'titled');
    const splits = ['train', 'train', 'train', 'validation', 'test'] as const;
    const rows = Array.from({ length: 100 }, (_, i) => ({
      title: `A ${CLASSES[Math.floor(i / 5) % 4]} pattern`,
      label: CLASSES[Math.floor(i / 5) % 4]!,
      split: splits[i % 5]!,
      pixels: { bytes: drawn(Math.floor(i / 5) % 4, random), width: SIDE, height: SIDE },
    }));
    const titled = await tinySnapshot(join(directory, 'titled'), rows);
    const logOf = async (name: string, settings: typeof config) => {
      const run = context(name);
      await similar.train(titled, { ...settings, epochs: 1, batchSize: 16 }, run.context);
      return run.events.flatMap((event) => (event.type === 'log' ? [event.message] : []));
    };
    const learning = 'Learning 4 words of the photos’ titles beside.';
    expect(await logOf('with titles', config)).toContain(learning);
    expect(await logOf('without titles', { ...config, titles: false })).not.toContain(learning);
    await titled.close();
  });

  it('says what is missing of data that cannot be learnt from', async () => {
    const words = await tinySnapshot(join(directory, 'words'), [{ title: 'A lamp', label: 'lamps', split: 'train' }]);
    await expect(similar.prepare(words, config)).rejects.toMatchObject({ code: 'data.images' });
    await words.close();
  });

  it('learns from no pictures, and measures by none, that were changed since they were imported', async () => {
    const changed = join(directory, 'changed');
    await cp(snapshot.directory, changed, { recursive: true });
    const pack = join(changed, IMAGES_FILE);
    const pictures = await readFile(pack);
    const few = similar.configSchema.parse({ epochs: 1, batchSize: 64, dimension: 16 });
    for (const [name, picture, epochs] of [
      ['learnt', 7, 0],
      ['measured', 470, 1],
    ] as const) {
      const other = Buffer.from(pictures);
      other.writeUInt8(other.readUInt8(picture * SIDE * SIDE) ^ 1, picture * SIDE * SIDE);
      await writeFile(pack, other);
      const opened = await openSnapshot(changed);
      const run = context(name);
      await expect(similar.train(opened, few, run.context)).rejects.toMatchObject({ code: 'data.snapshot' });
      expect(seriesOf(run.events, 'validation.precisionAt10')).toHaveLength(epochs);
      await opened.close();
    }
  });

  it('objects to models that find less than pixels or an untrained network', () => {
    const good = { precisionAt10: 0.5, pixelsPrecisionAt10: 0.4, untrainedPooledPrecisionAt10: 0.3 };
    expect(similar.objection?.(good)).toBeUndefined();
    expect(similar.objection?.({ ...good, pixelsPrecisionAt10: 0.6 })).toMatch(/pixels alone.* 0\.500 against 0\.600/);
    expect(similar.objection?.({ ...good, untrainedPooledPrecisionAt10: 0.6 })).toMatch(/an untrained network/);
    const readOut = similar.objection?.({ ...good, untrainedPrecisionAt10: 0.52 });
    expect(readOut).toMatch(/the same network untrained, read out without titles: .* 0\.500 against 0\.520/);
    expect(similar.objection?.({ viewAccuracy: 0.3, untrainedViewAccuracy: 0.4 })).toMatch(/viewAccuracy/);
  });

  it('does not object to what chance would show of so few examples', () => {
    // A standard error of 0.14 and of 0.014.
    const [less, reached] = [{ viewAccuracy: 0.4, untrainedViewAccuracy: 0.5 }, 'viewAccuracy 0.400 against 0.500'];
    expect(similar.objection?.({ ...less, examples: 12 })).toBeUndefined();
    expect(similar.objection?.({ ...less, examples: 1200 })).toContain(reached);
  });
});
