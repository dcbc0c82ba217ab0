import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Checkpoints, createTrainer, sgd } from '@vitrine/grad';
import { DataError } from '../../errors.js';
import { type LabelledPicture, pictureStatistics } from '../../pictures/batches.js';
import { statisticsOf } from '../../pictures/frame.js';
import { type PictureSpec, pictureSize } from '../../pictures/picture.js';
import type { PictureCache } from '../../pictures/picture-cache.js';
import { openReportedCache } from '../../pictures/reported-cache.js';
import type { PackedImage } from '../../snapshot/manifest.js';
import type { TrainingContext } from '../../task.js';
import { fitBlend } from '../blend.js';
import { type ImageConfig, planImageTraining } from './config.js';
import { runImageEpochs } from './epochs.js';
import { startFromWeights } from './fine-tuning.js';
import { trainGradientModel } from './gradient-model.js';
import { describeImageModel, openImageModel, saveImageModel } from './image-model.js';
import { imageNetwork } from './network.js';

/** A labelled picture of the snapshot. */
export interface ImageRow {
  readonly image: PackedImage;
  /** Class number. */
  readonly label: number;
}

export interface ImageTraining {
  readonly training: readonly ImageRow[];
  /** Chooses the epoch; never trained on. */
  readonly validation: readonly ImageRow[];
  /** Class codes in the order of the labels. */
  readonly classes: readonly string[];
  readonly read: (image: PackedImage) => Promise<Buffer>;
  readonly config: ImageConfig;
  readonly context: Pick<TrainingContext, 'reporter' | 'workDir' | 'seed' | 'signal' | 'engine'>;
  /** Where the model goes: a directory that is made when it is missing. */
  readonly outputDir: string;
}

export interface TrainedImageModel {
  /** Accuracy on the validation pictures at the epoch kept. */
  readonly validationAccuracy: number;
  readonly epoch: number;
  readonly epochs: number;
}

const STATISTICS_SAMPLE = 2000;

/**
 * Trains a network on pictures, from scratch or from given weights, and writes the model of the best epoch; of few photos a
 * gradient model beside it, each with the weight that the validation pictures give it. Goes on from
 * the last whole epoch when `workDir` holds an interrupted attempt, to the same result.
 * @throws DataError `data.images` when there are too few pictures that can be decoded, ConfigError when the weights given
 * cannot be used.
 */
export async function trainImageModel(job: ImageTraining): Promise<TrainedImageModel> {
  const { context, classes, config } = job;
  const directory = join(context.workDir, 'image');
  await mkdir(directory, { recursive: true });
  const images = [...job.training, ...job.validation].map(({ image }) => image);
  const plan = planImageTraining(images, job.training.length, config);
  const cache = await openReportedCache({ directory, images, read: job.read, frame: plan.frame, context });
  try {
    const usable = examplesOf(job, cache);
    const sample = usable.training.slice(0, STATISTICS_SAMPLE).map(({ index }) => index);
    const { fineTuning } = plan;
    const statistics = fineTuning ? statisticsOf(fineTuning.input) : pictureStatistics(cache, sample);
    const spec: PictureSpec = { ...plan.frame, ...statistics };
    const batchSize = Math.min(plan.batchSize, usable.training.length);
    const weights = plan.balanceClasses ? { classWeights: classWeightsOf(usable.training, classes.length) } : {};
    const trainer = await createTrainer({
      seed: context.seed,
      build: imageNetwork({ plan, classes: classes.length, ...weights }),
      batchSize,
      optimizer: sgd({ momentum: 0.9, nesterov: true, weightDecay: plan.weightDecay }),
      clipNorm: 5,
      ...(fineTuning ? { groups: fineTuning.groups } : {}),
      session: context.engine,
    });
    try {
      const checkpoints = await Checkpoints.open(join(directory, 'checkpoints'));
      if (fineTuning && checkpoints.resume === undefined) await startFromWeights(trainer, fineTuning);
      const run = { context, classes, spec, cache, trainer, checkpoints, ...usable };
      const best = await runImageEpochs({ ...run, plan: { ...plan, batchSize } });
      context.reporter.phase('export');
      const description = { spec, classes: classes.length, weights: plan.gradients ? [0.5, 0.5] : [1] };
      await saveImageModel(job.outputDir, trainer, description);
      if (plan.gradients) await addGradientModel(job, cache, usable);
      return { validationAccuracy: best.value, epoch: best.epoch, epochs: best.epochs };
    } finally {
      await trainer.release();
    }
  } finally {
    cache.close();
  }
}

/** Trains the gradient model beside the saved network, and fits the weights of the two on the validation pictures. */
async function addGradientModel(job: ImageTraining, cache: PictureCache, examples: Examples): Promise<void> {
  const { context, classes, outputDir } = job;
  const { training, validation } = examples;
  const { reporter, seed, signal, engine } = context;
  reporter.phase('train', `Learning from the edges in ${training.length} pictures`);
  await trainGradientModel(outputDir, { cache, training, classes: classes.length, seed, signal });
  const model = await openImageModel(outputDir, engine);
  const pictures = validation.map(({ index }) => {
    const pixels = new Uint8Array(pictureSize(cache.frame));
    cache.read(index, pixels);
    return pixels;
  });
  const { experts } = await model.score(pictures);
  await model.close();
  const labels = Int32Array.from(validation, ({ label }) => label);
  await describeImageModel(outputDir, { ...model.description, weights: fitBlend(experts, labels, classes.length) });
}

interface Examples {
  readonly training: readonly LabelledPicture[];
  readonly validation: readonly LabelledPicture[];
}

/** The rows whose pictures could be decoded, by their place in the cache. */
function examplesOf({ training, validation }: ImageTraining, cache: PictureCache): Examples {
  const broken = new Set(cache.broken.map(({ index }) => index));
  const all = [...training, ...validation].map(({ label }, index): LabelledPicture => ({ index, label }));
  const usable = all.filter(({ index }) => !broken.has(index));
  const examples = {
    training: usable.filter(({ index }) => index < training.length),
    validation: usable.filter(({ index }) => index >= training.length),
  };
  if (examples.training.length < 2 || examples.validation.length < 1) {
    throw new DataError(
      'data.images',
      `Only ${examples.training.length} training and ${examples.validation.length} validation pictures can be used; ` +
        'an image model needs at least 2 and 1.',
    );
  }
  return examples;
}

/** Inverse square roots of the class frequencies, 1 on average over the examples. */
function classWeightsOf(examples: readonly LabelledPicture[], classes: number): Float32Array {
  const counts = new Float64Array(classes);
  for (const { label } of examples) counts[label]! += 1;
  const raw = counts.map((count) => 1 / Math.sqrt(Math.max(1, count)));
  const total = examples.reduce((sum, { label }) => sum + raw[label]!, 0);
  return Float32Array.from(raw, (weight) => (weight * examples.length) / total);
}
