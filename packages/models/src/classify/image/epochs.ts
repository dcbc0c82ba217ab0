import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Checkpoints, DataLoader, epochOrder, type FitResult, fit, oneCycle, type Trainer } from '@vitrine/grad';
import { argmaxRows, classificationReport, confusionMatrix } from '../../metrics/classification.js';
import { type LabelledPicture, plainBatch } from '../../pictures/batches.js';
import type { PictureSpec } from '../../pictures/picture.js';
import type { PictureCache } from '../../pictures/picture-cache.js';
import type { TrainingPicturesOptions } from '../../pictures/training-pictures.js';
import { reportFit } from '../../reporting/report-fit.js';
import type { TrainingContext } from '../../task.js';
import type { ImagePlan } from './config.js';

export interface ImageEpochs {
  readonly context: Pick<TrainingContext, 'reporter' | 'seed' | 'signal'>;
  readonly plan: ImagePlan;
  readonly spec: PictureSpec;
  readonly cache: PictureCache;
  /** Class codes in the order of the labels. */
  readonly classes: readonly string[];
  readonly training: readonly LabelledPicture[];
  readonly validation: readonly LabelledPicture[];
  readonly trainer: Trainer;
  readonly checkpoints: Checkpoints;
}

const EVALUATION_BATCH = 256;
const CHECKPOINT_EVERY = 200;

/**
 * Trains to the last epoch or until patience ends, and leaves the trainer with the weights of the epoch with the highest
 * accuracy on the validation pictures. Goes on from what an interrupted attempt left in `checkpoints`.
 */
export async function runImageEpochs(run: ImageEpochs): Promise<FitResult> {
  const { context, plan, training, trainer } = run;
  const { reporter, seed, signal } = context;
  const { epochs, patience, lr, backbone, batchSize } = plan;
  const stepsPerEpoch = Math.floor(training.length / batchSize);
  const places = training.map(({ index }) => index);
  const loader = await openLoader(run);
  try {
    reporter.phase('train', `${backbone} on ${training.length} pictures, ${epochs} epochs`);
    return await fit(trainer, {
      epochs,
      stepsPerEpoch,
      patience,
      lr: oneCycle(lr, stepsPerEpoch * epochs, { rising: 0.25 }),
      batches: (epoch, from) => loader.batches(epochOrder(places, seed, epoch), { epoch, from }),
      validate: (epoch) => validate(run, epoch),
      checkpoints: run.checkpoints,
      checkpointEvery: CHECKPOINT_EVERY,
      onEvent: reportFit(reporter, { examples: 'pictures', epochs }),
      signal,
    });
  } finally {
    await loader.close();
  }
}

function openLoader({ cache, spec, plan, context, training }: ImageEpochs): Promise<DataLoader> {
  const labels = new Int32Array(cache.count);
  for (const { index, label } of training) labels[index] = label;
  const options: TrainingPicturesOptions = { path: cache.path, spec, augmentation: plan.augmentation, labels };
  const module = new URL('../../pictures/training-pictures.js', import.meta.url);
  return DataLoader.open({ module, options, batchSize: plan.batchSize, seed: context.seed });
}

/** Reports metrics and the confusion matrix on the validation pictures; the accuracy. */
async function validate(run: ImageEpochs, epoch: number): Promise<number> {
  const { classes, validation, trainer } = run;
  const { reporter } = run.context;
  const { logits, loss } = await scores(run);
  const labels = Int32Array.from(validation, ({ label }) => label);
  const matrix = confusionMatrix(labels, argmaxRows(logits, classes.length), classes.length);
  const { accuracy, macroF1, weightedF1, perClass } = classificationReport(matrix);
  reporter.metrics(trainer.stepsDone, epoch, {
    'validation.loss': loss,
    'validation.accuracy': accuracy,
    'validation.macroF1': macroF1,
    'validation.weightedF1': weightedF1,
  });
  reporter.figure('confusion', epoch, { classes, matrix });
  reporter.figure('perClass', epoch, { classes, metrics: perClass });
  return accuracy;
}

async function scores(run: ImageEpochs): Promise<{ logits: Float32Array; loss: number }> {
  const { cache, spec, validation, trainer, classes, context } = run;
  const logits = new Float32Array(validation.length * classes.length);
  let total = 0;
  for (let start = 0; start < validation.length; start += EVALUATION_BATCH) {
    await nextTurn();
    context.signal.throwIfAborted();
    const chosen = validation.slice(start, start + EVALUATION_BATCH);
    const { loss = 0, outputs } = await trainer.evaluate(plainBatch(cache, spec, chosen));
    logits.set(outputs.logits!, start * classes.length);
    total += loss * chosen.length;
  }
  return { logits, loss: total / validation.length };
}
