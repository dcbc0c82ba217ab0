import { cp, mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@vitrine/grad';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { argmaxRows } from '../../metrics/classification.js';
import { reporterOf, type TrainingEvent } from '../../reporting/events.js';
import type { PackedImage } from '../../snapshot/manifest.js';
import { openImageModel } from './image-model.js';
import { type ImageRow, type ImageTraining, trainImageModel } from './train.js';

const SIDE = 16;
const CLASSES = ['upright', 'lying', 'plain'];

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'image-training-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** Noisy grey pictures of vertical stripes, horizontal stripes, or neither. */
function drawn(count: number): { rows: ImageRow[]; pack: Buffer[] } {
  const random = createRandom(1, 'pictures');
  const pack: Buffer[] = [];
  const rows = Array.from({ length: count }, (_, i): ImageRow => {
    const label = i % CLASSES.length;
    const phase = random.integer(4);
    const bytes = Buffer.alloc(SIDE * SIDE);
    for (let at = 0; at < bytes.length; at++) {
      const along = label === 0 ? at % SIDE : Math.floor(at / SIDE);
      const stripe = label < 2 && (along + phase) % 4 < 2 ? 90 : 0;
      bytes[at] = Math.max(0, Math.min(255, 80 + stripe + 25 * random.normal()));
    }
    pack.push(bytes);
    return { label, image: packed(i, bytes) };
  });
  return { rows, pack };
}

function packed(offset: number, bytes: Buffer): PackedImage {
  return { offset, length: bytes.length, sha256: `${offset}`, kind: 'gray8', width: SIDE, height: SIDE };
}

function job(overrides: Partial<ImageTraining['context']> = {}): { job: ImageTraining; events: TrainingEvent[] } {
  const { rows, pack } = drawn(150);
  const events: TrainingEvent[] = [];
  const training: ImageTraining = {
    training: rows.slice(0, 96),
    validation: rows.slice(96),
    classes: CLASSES,
    read: async ({ offset }) => pack[offset]!,
    config: { epochs: 4, batchSize: 16, width: 0.25, lr: 0.05 },
    context: {
      reporter: reporterOf((event) => events.push(event)),
      workDir: join(directory, 'work'),
      seed: 1,
      signal: new AbortController().signal,
      engine: { threads: 1 },
      ...overrides,
    },
    outputDir: join(directory, 'model'),
  };
  return { job: training, events };
}

describe('trainImageModel', () => {
  it('learns, reports each epoch, and writes a model that knows pictures it has not seen', async () => {
    const { job: training, events } = job();
    const result = await trainImageModel(training);
    expect(result.validationAccuracy).toBeGreaterThan(0.9);

    const confusions = events.filter((event) => event.type === 'figure' && event.name === 'confusion');
    expect(confusions).toHaveLength(4);
    expect(events).toContainEqual(expect.objectContaining({ type: 'progress', fraction: 1 }));

    const model = await openImageModel(training.outputDir, { threads: 1 });
    const unseen = drawn(300).pack.slice(150);
    const pictures = await Promise.all(
      unseen.map((bytes) => model.decode({ kind: 'gray8', bytes, width: SIDE, height: SIDE })),
    );
    const { logits, features } = await model.score(pictures);
    expect(features).toHaveLength(150 * model.featureSize);
    const right = argmaxRows(logits, CLASSES.length).filter((label, i) => label === i % CLASSES.length).length;
    expect(right / 150).toBeGreaterThan(0.9);
    expect((await model.score(pictures.slice(7, 8))).logits[0]).toBeCloseTo(logits[7 * CLASSES.length]!, 4);
    await model.close();
  });

  it('goes on after an interruption to exactly the same model', async () => {
    const whole = job();
    await trainImageModel(whole.job);
    const expected = await readFile(join(whole.job.outputDir, 'image.onnx'));

    const controller = new AbortController();
    const interrupted = job({ signal: controller.signal, workDir: join(directory, 'work-2') });
    const context = { ...interrupted.job.context };
    const { reporter } = context;
    context.reporter = {
      ...reporter,
      metrics: (step, epoch, values) => {
        if (epoch === 3 && 'train.loss' in values) controller.abort(new Error('stopped'));
        reporter.metrics(step, epoch, values);
      },
    };
    const outputDir = join(directory, 'model-2');
    await expect(trainImageModel({ ...interrupted.job, context, outputDir })).rejects.toThrow('stopped');

    const resumed = job({ workDir: join(directory, 'work-2') });
    await trainImageModel({ ...resumed.job, outputDir });
    expect(resumed.events).toContainEqual(
      expect.objectContaining({ type: 'log', message: 'Going on after epoch 3 of 4.' }),
    );
    expect((await readFile(join(outputDir, 'image.onnx'))).equals(expected)).toBe(true);
  });

  it('keeps the three best checkpoints and the last', async () => {
    const { job: training } = job();
    await trainImageModel({ ...training, config: { ...training.config, epochs: 6, patience: 6 } });
    const kept = await readdir(join(training.context.workDir, 'image', 'checkpoints'));
    expect(kept.length).toBeGreaterThanOrEqual(3);
    expect(kept.length).toBeLessThanOrEqual(4);
  });

  it('ends when validation gets no better for as many epochs as patience says', async () => {
    const { job: training, events } = job();
    // Steps too small to change an answer: no epoch is better than the first.
    const config = { ...training.config, epochs: 8, lr: 1e-9, patience: 2 };
    await trainImageModel({ ...training, config });
    const measured = events.filter((event) => event.type === 'figure' && event.name === 'confusion');
    expect(measured).toHaveLength(3);
  });

  it('learns with a MobileNetV2', async () => {
    const { job: training } = job();
    const config = {
      ...training.config,
      backbone: 'mobilenetv2',
      size: 48,
      width: 0.35,
      epochs: 8,
      batchSize: 8,
    } as const;
    const { validationAccuracy } = await trainImageModel({ ...training, config });
    expect(validationAccuracy).toBeGreaterThan(0.6);
    const model = await openImageModel(training.outputDir, { threads: 1 });
    expect(model.featureSize).toBe(1280);
    await model.close();
  });

  it('leaves out broken pictures and says so; refuses when too few remain', async () => {
    const { job: training, events } = job();
    const { rows } = drawn(2);
    const broken: ImageRow = { label: 0, image: { ...rows[0]!.image, kind: 'encoded', sha256: 'broken' } };
    const config = { ...training.config, epochs: 1, size: SIDE };
    await trainImageModel({ ...training, config, training: [...training.training, broken] });
    expect(events).toContainEqual(expect.objectContaining({ type: 'log', level: 'warn' }));

    const onlyBroken = { ...training, training: [broken, broken] };
    await expect(trainImageModel(onlyBroken)).rejects.toMatchObject({ code: 'data.images' });
  });

  it('asks a model of gradients too where there are few photos, by the weight that validation gives it', async () => {
    const { job: training } = job();
    const config = { ...training.config, epochs: 1, lr: 1e-5, gradients: true };
    const outcome = await trainImageModel({ ...training, config });
    const model = await openImageModel(training.outputDir, { threads: 1 });
    const unseen = drawn(300).pack.slice(150);
    const pictures = await Promise.all(
      unseen.map((bytes) => model.decode({ kind: 'gray8', bytes, width: SIDE, height: SIDE })),
    );
    const { logits, experts } = await model.score(pictures);
    await model.close();
    const right = (scores: Float32Array) =>
      argmaxRows(scores, CLASSES.length).filter((label, i) => label === i % CLASSES.length).length / 150;
    // The network has learnt nothing; stripes are what gradients tell.
    expect(outcome.validationAccuracy).toBeLessThan(0.6);
    expect(right(experts[1]!)).toBeGreaterThan(0.85);
    expect(right(logits)).toBeGreaterThan(0.85);
  });

  it('takes colour photos of any size', async () => {
    const { job: training } = job();
    const photos = await Promise.all(
      [20, 40, 60, 80].map((width, i) =>
        sharp({ create: { width, height: 50, channels: 3, background: i % 2 ? '#d33' : '#33d' } })
          .jpeg()
          .toBuffer(),
      ),
    );
    const rows = photos.map(
      (bytes, i): ImageRow => ({
        label: i % 2,
        image: { offset: i, length: bytes.length, sha256: `${i}`, kind: 'encoded' },
      }),
    );
    await trainImageModel({
      ...training,
      training: rows,
      validation: rows,
      read: async ({ offset }) => photos[offset]!,
      config: { epochs: 1, size: 48, width: 0.25 },
    });
    const model = await openImageModel(training.outputDir, { threads: 1 });
    expect(model.description.spec).toMatchObject({ width: 48, height: 48, channels: 3 });
    expect(model.description.weights).toHaveLength(2);
    const picture = await model.decode({ kind: 'encoded', bytes: photos[0]! });
    expect((await model.score([picture])).logits.every(Number.isFinite)).toBe(true);
    await model.close();
  });
});

describe('openImageModel', () => {
  it('refuses a model that is missing or cut short', async () => {
    const { job: training } = job();
    await trainImageModel({ ...training, config: { ...training.config, epochs: 1, gradients: true } });
    const copy = join(directory, 'copy');
    await expect(openImageModel(copy)).rejects.toMatchObject({ code: 'artifact.invalid' });
    for (const file of ['image.onnx', 'image.json', 'gradients.onnx']) {
      await cp(training.outputDir, copy, { recursive: true });
      await truncate(join(copy, file), 100);
      await expect(openImageModel(copy)).rejects.toMatchObject({ code: 'artifact.invalid' });
    }
  });
});
