import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createTrainer, oneCycle, sgd, type Trainer } from '@vitrine/grad';
import { DataError } from '../../errors.js';
import { argmaxRows, classificationReport, confusionMatrix } from '../../metrics/classification.js';
import type { PackedImage } from '../../snapshot/manifest.js';
import type { TrainingContext } from '../../task.js';
import { Checkpoints } from '../checkpoints.js';
import { BatchLoader, epochOrder, type LabelledPicture, pictureStatistics } from './batches.js';
import { type ImageConfig, type ImagePlan, planImageTraining } from './config.js';
import { saveImageModel } from './image-model.js';
import { imageNetwork } from './network.js';
import type { PictureSpec } from './picture.js';
import { PictureCache } from './picture-cache.js';
import { trainingProgress } from './progress.js';

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
  readonly context: Pick<TrainingContext, 'reporter' | 'workDir' | 'seed' | 'signal' | 'threads'>;
  /** Where the model goes: a directory that is made when it is missing. */
  readonly outputDir: string;
}

export interface TrainedImageModel {
  /** Accuracy on the validation pictures at the epoch kept. */
  readonly validationAccuracy: number;
  readonly epoch: number;
  readonly epochs: number;
}

const EVALUATION_BATCH = 256;
const STATISTICS_SAMPLE = 2000;

/**
 * Trains a network on pictures from scratch and writes the model of the best epoch. Goes on from the last whole epoch
 * when `workDir` holds an interrupted attempt, to the same result.
 * @throws DataError `data.images` when there are too few pictures that can be decoded.
 */
export async function trainImageModel(job: ImageTraining): Promise<TrainedImageModel> {
  const { context, classes, config } = job;
  const directory = join(context.workDir, 'image');
  await mkdir(directory, { recursive: true });
  const images = [...job.training, ...job.validation].map(({ image }) => image);
  const plan = planImageTraining(images, job.training.length, config);
  const cache = await openCache(job, directory, images, plan);
  try {
    const usable = examplesOf(job, cache);
    const sample = usable.training.slice(0, STATISTICS_SAMPLE).map(({ index }) => index);
    const spec: PictureSpec = { ...plan.frame, ...pictureStatistics(cache, sample) };
    const batchSize = Math.min(plan.batchSize, usable.training.length);
    const weights = plan.balanceClasses ? { classWeights: classWeightsOf(usable.training, classes.length) } : {};
    const trainer = await createTrainer({
      seed: context.seed,
      build: imageNetwork({ plan, classes: classes.length, ...weights }),
      batchSize,
      optimizer: sgd({ momentum: 0.9, nesterov: true, weightDecay: plan.weightDecay }),
      clipNorm: 5,
      session: { threads: context.threads },
    });
    try {
      const run = new ImageRun(job, { ...plan, batchSize }, trainer, new BatchLoader(cache, spec), usable);
      const result = await run.train(await Checkpoints.open(join(directory, 'checkpoints')));
      context.reporter.phase('export');
      await saveImageModel(job.outputDir, trainer, { spec, classes: classes.length });
      return result;
    } finally {
      await trainer.release();
    }
  } finally {
    cache.close();
  }
}

interface Examples {
  readonly training: readonly LabelledPicture[];
  readonly validation: readonly LabelledPicture[];
}

async function openCache(
  { read, context: { reporter, signal } }: ImageTraining,
  directory: string,
  images: readonly PackedImage[],
  { frame }: ImagePlan,
): Promise<PictureCache> {
  reporter.phase('prepare', `Decoding ${images.length} pictures to ${frame.width} × ${frame.height} pixels`);
  const cache = await PictureCache.open({ directory, images, read, frame, signal });
  for (const { reason } of cache.broken.slice(0, 5)) reporter.log('warn', `A picture is left out: ${reason}`);
  if (cache.broken.length > 5) reporter.log('warn', `${cache.broken.length - 5} more pictures are left out.`);
  return cache;
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

/** One training, epoch by epoch. */
class ImageRun {
  private readonly stepsPerEpoch: number;
  private readonly schedule: (step: number) => number;

  constructor(
    private readonly job: ImageTraining,
    private readonly plan: ImagePlan,
    private readonly trainer: Trainer,
    private readonly loader: BatchLoader,
    private readonly examples: Examples,
  ) {
    this.stepsPerEpoch = Math.floor(examples.training.length / plan.batchSize);
    this.schedule = oneCycle(plan.lr, this.stepsPerEpoch * plan.epochs, { rising: 0.25 });
  }

  /** Trains to the last epoch or until patience ends, and leaves the trainer with the weights of the best epoch. */
  async train(checkpoints: Checkpoints): Promise<TrainedImageModel> {
    const { reporter, signal } = this.job.context;
    const { epochs, patience } = this.plan;
    const { latest } = checkpoints;
    if (latest) {
      await this.trainer.load(latest.file);
      reporter.log('info', `Going on after epoch ${latest.epoch} of ${epochs}.`);
    }
    reporter.phase('train', `${this.plan.backbone} on ${this.examples.training.length} pictures, ${epochs} epochs`);
    const progress = trainingProgress(reporter, epochs * this.stepsPerEpoch);
    let epoch = latest?.epoch ?? 0;
    while (epoch < epochs && epoch - (checkpoints.best?.epoch ?? epoch) < patience) {
      epoch += 1;
      await this.trainEpoch(epoch, progress);
      const accuracy = await this.validate(epoch);
      await checkpoints.add(epoch, accuracy, (file) => this.trainer.save(file));
      reporter.checkpoint(epoch, accuracy);
      signal.throwIfAborted();
    }
    const best = checkpoints.best!;
    await this.trainer.load(best.file);
    return { validationAccuracy: best.value, epoch: best.epoch, epochs: epoch };
  }

  private async trainEpoch(epoch: number, progress: (stepsDone: number) => void): Promise<void> {
    const { reporter, signal, seed } = this.job.context;
    const { batchSize, augmentation } = this.plan;
    const order = epochOrder(this.examples.training.length, seed, epoch);
    let total = 0;
    for (let i = 0; i < this.stepsPerEpoch; i++) {
      // A step occupies the thread: messages such as a cancellation arrive only between two.
      await nextTurn();
      signal.throwIfAborted();
      const chosen = Array.from(
        order.subarray(i * batchSize, (i + 1) * batchSize),
        (at) => this.examples.training[at]!,
      );
      const lr = this.schedule(this.trainer.stepsDone);
      const { pictures, labels } = this.loader.training(chosen, augmentation, seed, epoch);
      const { loss } = await this.trainer.step({ pictures, labels }, { lr });
      total += loss;
      progress(this.trainer.stepsDone);
      if (i % 20 === 19)
        reporter.metrics(this.trainer.stepsDone, epoch - 1 + (i + 1) / this.stepsPerEpoch, { loss, lr });
    }
    reporter.metrics(this.trainer.stepsDone, epoch, { 'train.loss': total / this.stepsPerEpoch });
  }

  private async validate(epoch: number): Promise<number> {
    const { classes } = this.job;
    const { reporter } = this.job.context;
    const { logits, loss } = await this.scores();
    const labels = Int32Array.from(this.examples.validation, ({ label }) => label);
    const matrix = confusionMatrix(labels, argmaxRows(logits, classes.length), classes.length);
    const report = classificationReport(matrix);
    const { accuracy, macroF1, weightedF1 } = report;
    reporter.metrics(this.trainer.stepsDone, epoch, {
      'validation.loss': loss,
      'validation.accuracy': accuracy,
      'validation.macroF1': macroF1,
      'validation.weightedF1': weightedF1,
    });
    reporter.figure('confusion', epoch, { classes, matrix });
    reporter.figure('perClass', epoch, { classes, metrics: report.perClass });
    return accuracy;
  }

  private async scores(): Promise<{ logits: Float32Array; loss: number }> {
    const { validation } = this.examples;
    const classes = this.job.classes.length;
    const logits = new Float32Array(validation.length * classes);
    let total = 0;
    for (let start = 0; start < validation.length; start += EVALUATION_BATCH) {
      await nextTurn();
      this.job.context.signal.throwIfAborted();
      const chosen = validation.slice(start, start + EVALUATION_BATCH);
      const { pictures, labels } = this.loader.plain(chosen);
      const { loss = 0, outputs } = await this.trainer.evaluate({ pictures, labels });
      logits.set(outputs.logits!, start * classes);
      total += loss * chosen.length;
    }
    return { logits, loss: total / validation.length };
  }
}
