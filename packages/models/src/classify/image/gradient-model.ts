import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  adamW,
  type Build,
  cosine,
  createRandom,
  createTrainer,
  dropout,
  exportOnnx,
  linear,
  softmaxCrossEntropy,
} from '@vitrine/grad';
import type { LabelledPicture } from '../../pictures/batches.js';
import { pictureSize } from '../../pictures/picture.js';
import type { PictureCache } from '../../pictures/picture-cache.js';
import { gradientHistograms, HISTOGRAM_SIZE } from './gradient-histograms.js';

export interface GradientTraining {
  readonly cache: PictureCache;
  readonly training: readonly LabelledPicture[];
  readonly classes: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** A linear model from `histograms` [N, HISTOGRAM_SIZE] to `logits` [N, classes]. */
export const GRADIENTS_FILE = 'gradients.onnx';

const BATCH = 64;
const PASSES = 20;
const LEAST_STEPS = 100;
const LEARNING_RATE = 1e-2;
const WEIGHT_DECAY = 1e-2;
const DROPOUT = 0.5;

/**
 * Learns types from histograms of gradients, of each picture and its mirror image, by logistic regression, and writes the
 * model into a directory. A few hundred photos of products are enough for it, and it errs differently than a network.
 */
export async function trainGradientModel(directory: string, given: GradientTraining): Promise<void> {
  const { classes, seed, signal } = given;
  const { histograms, labels } = describe(given);
  const trainer = await createTrainer({
    seed,
    build: gradientNetwork(classes),
    batchSize: BATCH,
    optimizer: adamW({ weightDecay: WEIGHT_DECAY }),
    session: { threads: 1 },
  });
  try {
    const steps = Math.max(LEAST_STEPS, Math.ceil((PASSES * labels.length) / BATCH));
    const schedule = cosine(LEARNING_RATE, steps);
    for (let step = 0; step < steps; step++) {
      signal.throwIfAborted();
      const random = createRandom(seed, 'gradients', step);
      const feeds = { histograms: new Float32Array(BATCH * HISTOGRAM_SIZE), labels: new Int32Array(BATCH) };
      for (let i = 0; i < BATCH; i++) {
        const row = random.integer(labels.length);
        feeds.histograms.set(histograms.subarray(row * HISTOGRAM_SIZE, (row + 1) * HISTOGRAM_SIZE), i * HISTOGRAM_SIZE);
        feeds.labels[i] = labels[row]!;
      }
      await trainer.step(feeds, { lr: schedule(step) });
    }
    await writeFile(join(directory, GRADIENTS_FILE), exportOnnx(trainer, { outputs: ['logits'] }));
  } finally {
    await trainer.release();
  }
}

function describe({ cache, training }: GradientTraining): { histograms: Float32Array; labels: Int32Array } {
  const histograms = new Float32Array(2 * training.length * HISTOGRAM_SIZE);
  const labels = new Int32Array(2 * training.length);
  const pixels = new Uint8Array(pictureSize(cache.frame));
  training.forEach(({ index, label }, row) => {
    cache.read(index, pixels);
    for (const [mirrored, at] of [2 * row, 2 * row + 1].entries()) {
      histograms.set(gradientHistograms(pixels, cache.frame, mirrored === 1), at * HISTOGRAM_SIZE);
      labels[at] = label;
    }
  });
  return { histograms, labels };
}

function gradientNetwork(classes: number): Build {
  return ({ scope, input }) => {
    const seen = dropout(scope, input('histograms', [HISTOGRAM_SIZE]), DROPOUT);
    const logits = linear(scope.child('fc'), seen, classes);
    return { loss: softmaxCrossEntropy(logits, input('labels', [], 'int32')), outputs: { logits } };
  };
}
