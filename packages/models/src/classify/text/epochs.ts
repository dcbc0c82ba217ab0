import { setImmediate as nextTurn } from 'node:timers/promises';
import { Checkpoints, type Trainer } from '@vitrine/grad';
import { negativeLogLikelihood } from '../../metrics/calibration.js';
import { argmaxRows, classificationReport, confusionMatrix } from '../../metrics/classification.js';
import { softmaxRows } from '../../metrics/softmax.js';
import type { TextFit } from './architecture.js';

export interface EpochLoop {
  readonly job: TextFit;
  readonly trainer: Trainer;
  readonly checkpointDir: string;
  readonly epochs: number;
  readonly patience: number;
  /** One pass; returns the mean loss. `rate` is the fraction of the full step size at a point of the pass in [0, 1]. */
  trainEpoch(epoch: number, rate: (progress: number) => number): Promise<number>;
  /** Log-probabilities or logits of the validation listings. */
  predict(rows: Int32Array): Promise<Float32Array>;
}

const WARM_UP = 0.05;
const LOWEST_RATE = 0.01;

/**
 * Trains epoch by epoch: step size rising, then falling in a line; after each epoch a checkpoint and, on the validation
 * listings, metrics and the confusion matrix. Stops when these get no better. Leaves the trainer with the weights of the
 * best epoch and returns its number. Goes on from the latest checkpoint found.
 */
export async function runEpochs(loop: EpochLoop): Promise<number> {
  const { job, trainer, epochs, patience } = loop;
  const checkpoints = await Checkpoints.open(loop.checkpointDir);
  const { latest } = checkpoints;
  if (latest) await trainer.load(latest.file);
  for (let epoch = (latest?.epoch ?? 0) + 1; epoch <= epochs; epoch++) {
    if (checkpoints.best && epoch - checkpoints.best.epoch > patience) break;
    const rate = (progress: number) => triangle((epoch - 1 + progress) / epochs);
    const loss = await loop.trainEpoch(epoch, rate);
    const value = await validate(loop, epoch, loss);
    await checkpoints.add(epoch, value, (file) => trainer.save(file));
    job.context.reporter.checkpoint(epoch, value);
    job.onProgress(epoch / epochs);
    await nextTurn();
  }
  const best = job.validation.length > 0 ? checkpoints.best : checkpoints.latest;
  if (best && best.epoch !== checkpoints.latest?.epoch) await trainer.load(best.file);
  return best?.epoch ?? epochs;
}

function triangle(progress: number): number {
  const rate = progress < WARM_UP ? progress / WARM_UP : (1 - progress) / (1 - WARM_UP);
  return Math.max(LOWEST_RATE, rate);
}

/** Reports the epoch and returns its value: minus the validation loss, or the epoch's number when nothing validates. */
async function validate({ job, trainer, predict }: EpochLoop, epoch: number, loss: number): Promise<number> {
  const { classes, context, labels, validation } = job;
  const values = { 'train.loss': loss };
  if (validation.length === 0) {
    context.reporter.metrics(trainer.stepsDone, epoch, values);
    return epoch;
  }
  const scores = await predict(validation);
  const truth = validation.map((row) => labels[row]!);
  const matrix = confusionMatrix(truth, argmaxRows(scores, classes.length), classes.length);
  const { accuracy, macroF1, weightedF1, perClass } = classificationReport(matrix);
  const probabilities = softmaxRows(scores, classes.length);
  const nll = negativeLogLikelihood({ classes: classes.length, probabilities, labels: truth });
  context.reporter.metrics(trainer.stepsDone, epoch, {
    ...values,
    'validation.loss': nll,
    'validation.accuracy': accuracy,
    'validation.macroF1': macroF1,
    'validation.weightedF1': weightedF1,
  });
  context.reporter.figure('confusion', epoch, { classes, matrix });
  context.reporter.figure('perClass', epoch, { classes, metrics: perClass });
  return -nll;
}
