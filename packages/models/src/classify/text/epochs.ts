import { Checkpoints, epochOrder, fit, type Learner } from '@vitrine/grad';
import { negativeLogLikelihood } from '../../metrics/calibration.js';
import { argmaxRows, classificationReport, confusionMatrix } from '../../metrics/classification.js';
import { softmaxRows } from '../../metrics/softmax.js';
import { reportFit } from '../../reporting/report-fit.js';
import type { TextFit } from './architecture.js';

export interface EpochLoop<Batch> {
  readonly job: TextFit;
  readonly learner: Learner<Batch>;
  readonly checkpointDir: string;
  /** Save within epochs too, after every so many steps. */
  readonly checkpointEvery?: number;
  readonly epochs: number;
  readonly patience: number;
  /** The full step size. */
  readonly lr: number;
  /** What the learner takes for some listings, which may be fewer than a batch. */
  batchOf(rows: Int32Array): Batch;
  /** Log-probabilities or logits of the validation listings. */
  predict(rows: Int32Array): Promise<Float32Array>;
}

const WARM_UP = 0.05;
const LOWEST_RATE = 0.01;

/**
 * Trains epoch by epoch: step size rising, then falling in a line; after each epoch a checkpoint and, on the validation
 * listings, metrics and the confusion matrix. Stops when these get no better. Leaves the learner with the weights of the
 * best epoch and returns its number. Goes on from the latest checkpoint found.
 */
export async function runEpochs<Batch>(loop: EpochLoop<Batch>): Promise<number> {
  const { job, learner, epochs, patience, lr, checkpointEvery, batchOf } = loop;
  const { training, context } = job;
  const { batchSize } = learner;
  const stepsPerEpoch = Math.ceil(training.length / batchSize);
  const { epoch } = await fit(learner, {
    epochs,
    stepsPerEpoch,
    patience,
    lr: (step) => lr * triangle(step / (epochs * stepsPerEpoch)),
    async *batches(number, from) {
      const order = epochOrder(training, context.seed, number);
      for (let start = from * batchSize; start < order.length; start += batchSize) {
        yield { feeds: batchOf(order.subarray(start, start + batchSize)) };
      }
    },
    validate: (number) => validate(loop, number),
    checkpoints: await Checkpoints.open(loop.checkpointDir),
    ...(checkpointEvery === undefined ? {} : { checkpointEvery }),
    onEvent: reportFit({ ...context.reporter, progress: job.onProgress }, { examples: 'texts', epochs }),
    signal: context.signal,
  });
  return epoch;
}

/** The class of each listing of a batch; −1, which no class has, where the batch is not full. */
export function labelsOf(rows: Int32Array, labels: Int32Array, batchSize: number): Int32Array {
  const chosen = new Int32Array(batchSize).fill(-1);
  rows.forEach((row, i) => {
    chosen[i] = labels[row]!;
  });
  return chosen;
}

/** The share of the full step size at a share of the training: rising, then falling in a line. */
export function triangle(progress: number): number {
  const rate = progress < WARM_UP ? progress / WARM_UP : (1 - progress) / (1 - WARM_UP);
  return Math.max(LOWEST_RATE, rate);
}

/** Reports the epoch and returns its value: minus the validation loss, or the epoch's number when nothing validates. */
async function validate<Batch>({ job, learner, predict }: EpochLoop<Batch>, epoch: number): Promise<number> {
  const { classes, context, labels, validation } = job;
  if (validation.length === 0) return epoch;
  const scores = await predict(validation);
  const truth = validation.map((row) => labels[row]!);
  const matrix = confusionMatrix(truth, argmaxRows(scores, classes.length), classes.length);
  const { accuracy, macroF1, weightedF1, perClass } = classificationReport(matrix);
  const probabilities = softmaxRows(scores, classes.length);
  const nll = negativeLogLikelihood({ classes: classes.length, probabilities, labels: truth });
  context.reporter.metrics(learner.stepsDone, epoch, {
    'validation.loss': nll,
    'validation.accuracy': accuracy,
    'validation.macroF1': macroF1,
    'validation.weightedF1': weightedF1,
  });
  context.reporter.figure('confusion', epoch, { classes, matrix });
  context.reporter.figure('perClass', epoch, { classes, metrics: perClass });
  return -nll;
}
