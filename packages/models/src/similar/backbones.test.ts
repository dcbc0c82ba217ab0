import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, encodeSafetensors, type NamedArray, readSafetensors, type TensorData } from '@vitrine/grad';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinySnapshot } from '../classify/testing/tiny-snapshot.js';
import { reporterOf } from '../reporting/events.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { TrainingContext } from '../task.js';
import { similar } from './task.js';

const SIDE = 32;
const SPLITS = ['train', 'train', 'validation', 'test'] as const;

let directory: string;
let snapshot: Snapshot;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'similar-backbones-'));
  const random = createRandom(1, 'noise');
  const rows = Array.from({ length: 16 }, (_, i) => ({
    label: i % 8 < 4 ? 'one' : 'other',
    split: SPLITS[i % 4]!,
    pixels: { bytes: Uint8Array.from({ length: SIDE * SIDE }, () => random.integer(256)), width: SIDE, height: SIDE },
  }));
  snapshot = await tinySnapshot(join(directory, 'snapshot'), rows);
});
afterAll(async () => {
  await snapshot.close();
  await rm(directory, { recursive: true, force: true });
});

async function train(name: string, settings: Record<string, unknown>): Promise<void> {
  const context: TrainingContext = {
    reporter: reporterOf(() => {}),
    workDir: join(directory, name, 'work'),
    artifactDir: join(directory, name, 'model'),
    seed: 1,
    signal: new AbortController().signal,
    engine: { threads: 1 },
  };
  const config = similar.configSchema.parse({ epochs: 1, batchSize: 4, size: SIDE, dimension: 8, ...settings });
  await similar.train(snapshot, config, context);
}

/** What the last checkpoint of a training holds. */
async function lastWeights(name: string): Promise<Awaited<ReturnType<typeof readSafetensors>>['arrays']> {
  const folder = join(directory, name, 'work', 'similar', 'checkpoints');
  const newest = (await readdir(folder))
    .filter((file) => file.endsWith('.safetensors'))
    .sort()
    .at(-1)!;
  return (await readSafetensors(join(folder, newest))).arrays;
}

function floats(data: TensorData): Float32Array {
  return Float32Array.from(data as Float32Array);
}

/** A first convolution over grey pictures [K, 1, h, w] as one over three channels, as published weights have it. */
function inColour({ shape, data }: NamedArray): NamedArray {
  const [filters, , height, width] = shape as [number, number, number, number];
  const area = height * width;
  const three = Array.from({ length: 3 * filters }, (_, i) => [
    ...data.subarray(Math.floor(i / 3) * area, (Math.floor(i / 3) + 1) * area),
  ]);
  return { shape: [filters, 3, height, width], data: Float32Array.from(three.flat()) };
}

describe.each([
  ['resnet18', 'fc', ['conv1.weight', 'layer4.1.conv2.weight']],
  ['efficientnet_b0', 'classifier.1', ['features.0.0.weight', 'features.7.0.block.0.0.weight']],
] as const)('what looks alike, by %s', (backbone, classifier, parameters) => {
  const scratch = `${backbone} from scratch`;

  it('learns from scratch, and answers with vectors', async () => {
    await train(scratch, { backbone });
    const predictor = await similar.open(join(directory, scratch, 'model'));
    const { metrics } = await similar.evaluate(predictor, snapshot);
    await predictor.close();
    expect(metrics).toMatchObject({ examples: 4, skipped: 0 });
  });

  it('starts from weights of the whole network, classifier and all', async () => {
    const own = [...(await lastWeights(scratch))].filter(([name]) => name.startsWith('encoder.'));
    const given = new Map(
      own.map(([name, { shape, data }]) => [name.slice('encoder.'.length), { shape, data: floats(data) }]),
    );
    given.set(parameters[0], inColour(given.get(parameters[0])!));
    given.set(`${classifier}.weight`, { shape: [10, 4], data: new Float32Array(40) });
    const weights = join(directory, `${backbone}.safetensors`);
    await writeFile(weights, encodeSafetensors(given));

    await train('from weights', { backbone, weights, lr: 1e-9, seed: 2 });
    const kept = await lastWeights('from weights');
    await rm(join(directory, 'from weights'), { recursive: true });
    for (const parameter of parameters) {
      const [before, after] = [given.get(parameter)!.data, floats(kept.get(`encoder.${parameter}`)!.data)];
      const distances = Array.from(before.subarray(0, 10_000), (value, i) => Math.abs(value - after[i]!));
      expect(Math.max(...distances)).toBeLessThan(1e-6);
    }
  });
});
