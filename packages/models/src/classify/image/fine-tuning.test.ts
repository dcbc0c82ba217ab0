import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, createTrainer, encodeSafetensors, sgd, type Trainer } from '@vitrine/grad';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { normalisePicture, pictureSize } from '../../pictures/picture.js';
import { reporterOf, type TrainingEvent } from '../../reporting/events.js';
import type { ImageConfig } from './config.js';
import { openImageModel } from './image-model.js';
import { imageNetwork } from './network.js';
import { type ImageRow, type ImageTraining, trainImageModel } from './train.js';

const SIDE = 32;
const FRAME = { width: SIDE, height: SIDE, channels: 3, fit: 'contain' } as const;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fine-tuning-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** A network of a thousand classes with fresh weights, in place of one that has seen ImageNet. */
function network(): Promise<Trainer> {
  const plan = { frame: FRAME, backbone: 'resnet18', width: 1, labelSmoothing: 0 } as const;
  const build = imageNetwork({ plan, classes: 1000 });
  return createTrainer({ seed: 7, build, batchSize: 2, optimizer: sgd(), session: { threads: 1 } });
}

/** Grey noise, lighter in the upper half for the first class and in the lower half for the second. */
function drawn(index: number): Buffer {
  const random = createRandom(5, index);
  return Buffer.from(
    Uint8Array.from({ length: SIDE * SIDE }, (_, at) => {
      const upper = at < (SIDE * SIDE) / 2;
      return (upper === (index % 2 === 0) ? 150 : 60) + 40 * random.uniform();
    }),
  );
}

function job(config: ImageConfig, name: string): ImageTraining & { events: TrainingEvent[] } {
  const events: TrainingEvent[] = [];
  const row = (index: number): ImageRow => ({
    label: index % 2,
    image: { offset: index, length: SIDE * SIDE, sha256: `${index}`, kind: 'gray8', width: SIDE, height: SIDE },
  });
  return {
    training: Array.from({ length: 16 }, (_, i) => row(i)),
    validation: Array.from({ length: 8 }, (_, i) => row(16 + i)),
    classes: ['top', 'bottom'],
    read: async ({ offset }) => drawn(offset),
    config: { epochs: 2, batchSize: 8, size: SIDE, ...config },
    context: {
      reporter: reporterOf((event) => events.push(event)),
      workDir: join(directory, name, 'work'),
      seed: 1,
      signal: new AbortController().signal,
      engine: { threads: 1 },
    },
    outputDir: join(directory, name, 'model'),
    events,
  };
}

describe('fine-tuning', () => {
  it('keeps frozen stages as they were given, learns the rest, and takes pictures as the weights expect them', async () => {
    const given = await network();
    const weights = join(directory, 'resnet18.safetensors');
    await writeFile(weights, encodeSafetensors(given.weights()));
    const training = job({ backbone: 'resnet18', weights, freeze: 5, lr: 0.05, epochs: 4, batchSize: 4 }, 'frozen');
    const { validationAccuracy } = await trainImageModel(training);
    expect(validationAccuracy).toBe(1);

    const model = await openImageModel(training.outputDir, { threads: 1 });
    const { spec } = model.description;
    expect(spec).toMatchObject(FRAME);
    expect(spec.mean[0]).toBeCloseTo(123.675, 4);
    expect(spec.deviation[2]).toBeCloseTo(57.375, 4);
    const decoded = await model.decode({ kind: 'gray8', bytes: drawn(3), width: SIDE, height: SIDE });
    const { features } = await model.score([decoded]);

    const [plain, mirrored] = [decoded, mirror(decoded)].map((picture) => {
      const values = new Float32Array(pictureSize(FRAME));
      normalisePicture(picture, spec, values, 0);
      return values;
    });
    const { outputs } = await given.evaluate({ pictures: Float32Array.of(...plain!, ...mirrored!) });
    features.forEach((value, i) => {
      const expected = (outputs.features![i]! + outputs.features![features.length + i]!) / 2;
      expect(value).toBeCloseTo(expected, 4);
    });
    await Promise.all([given.release(), model.close()]);
  });

  it('refuses the weights of another network by what does not fit', async () => {
    const config = { backbone: 'mobilenetv2', epochs: 1 } as const;
    const refused = (weights: string) => expect(trainImageModel(job({ ...config, weights }, 'refused'))).rejects;
    const other = join(directory, 'other.safetensors');
    await writeFile(other, encodeSafetensors([['conv1.weight', { shape: [1], data: Float32Array.of(1) }]]));
    await refused(other).toMatchObject({
      code: 'config.invalid',
      message: expect.stringMatching(
        /"model.weights" is not usable: .* 260 missing: features\.0\.0\.weight .* 1 unknown to the model: conv1\.weight/,
      ),
    });
  });
});

describe('a backbone of torchvision', () => {
  it('can be trained from scratch too', async () => {
    const training = job({ backbone: 'efficientnet_b0', epochs: 1, width: 0.25 }, 'scratch');
    await trainImageModel(training);
    const model = await openImageModel(training.outputDir, { threads: 1 });
    const decoded = await model.decode({ kind: 'gray8', bytes: drawn(1), width: SIDE, height: SIDE });
    expect((await model.score([decoded])).logits.every(Number.isFinite)).toBe(true);
    await model.close();
  });
});

function mirror(picture: Uint8Array): Uint8Array {
  return Uint8Array.from(picture, (_, i) => {
    const [row, column, channel] = [Math.floor(i / (3 * SIDE)), Math.floor(i / 3) % SIDE, i % 3];
    return picture[(row * SIDE + SIDE - 1 - column) * 3 + channel]!;
  });
}
