import {
  type Batch,
  type Checkpoints,
  cosine,
  DataLoader,
  epochOrder,
  type FitResult,
  fit,
  type Trainer,
  warmUp,
} from '@vitrine/grad';
import type { TrainingPicturesOptions } from '../pictures/training-pictures.js';
import { reportFit } from '../reporting/report-fit.js';
import type { SimilarPlan } from './config.js';
import type { Validated } from './evaluation/choose-readout.js';
import { validateEncoder } from './evaluation/validation.js';

export interface SimilarEpochs extends Validated {
  readonly trainer: Trainer;
  readonly checkpoints: Checkpoints;
}

const CHECKPOINT_EVERY = 200;
/** Share of the steps in which the rate rises. */
const RISING = 0.1;
/** How often in a training the encoder is measured, and how often the validation pictures are laid out in a plane. */
const MEASURED = 10;
const DRAWN = 8;

/**
 * Trains to the last epoch, and leaves the trainer with the weights of the epoch in which the validation pictures find
 * their like best; stops before when that gets no better for long. Goes on from what an interrupted attempt left in `checkpoints`.
 */
export async function runSimilarEpochs(run: SimilarEpochs): Promise<FitResult> {
  const { context, plan, cache, spec, training, trainer } = run;
  const { reporter, seed, signal } = context;
  const { epochs, batchSize, lr, backbone, augmentation } = plan;
  const places = training.map(({ index }) => index);
  const stepsPerEpoch = Math.floor(training.length / batchSize);
  const steps = stepsPerEpoch * epochs;
  const rising = Math.round(RISING * steps);
  const options: TrainingPicturesOptions = { path: cache.path, spec, augmentation, views: 2 };
  const module = new URL('../pictures/training-pictures.js', import.meta.url);
  const loader = await DataLoader.open({ module, options, batchSize, seed });
  try {
    reporter.phase('train', `${backbone} on ${training.length} pictures, ${epochs} epochs`);
    return await fit(trainer, {
      epochs,
      stepsPerEpoch,
      lr: warmUp(rising, cosine(lr, steps - rising)),
      batches: (epoch, from) => withWords(loader.batches(epochOrder(places, seed, epoch), { epoch, from }), run),
      validate: (epoch) => validate(run, epoch),
      checkpoints: run.checkpoints,
      checkpointEvery: CHECKPOINT_EVERY,
      patience: patienceOf(plan),
      onEvent: reportFit(reporter, { examples: 'pictures', epochs }),
      signal,
    });
  } finally {
    await loader.close();
  }
}

/** Batches with the words of their pictures' titles, where these are learnt. */
async function* withWords(
  batches: AsyncIterable<Batch>,
  { words, training }: Pick<SimilarEpochs, 'words' | 'training'>,
): AsyncGenerator<Pick<Batch, 'feeds' | 'failed'>> {
  const titles = new Map(training.map(({ index, title }) => [index, title]));
  for await (const { feeds, failed, indices } of batches) {
    const targets = words?.targets(Array.from(indices, (index) => titles.get(index)));
    yield { feeds: targets ? { ...feeds, words: targets } : feeds, failed };
  }
}

/** Reports how good the encoder is by now; not a number after epochs in which it is not measured. */
async function validate(run: SimilarEpochs, epoch: number): Promise<number> {
  const { context, plan, trainer } = run;
  if (!isMeasured(epoch, plan.epochs)) return Number.NaN;
  const draw = isOneOf(DRAWN, epoch, plan.epochs);
  const { value, metrics } = await validateEncoder(run, trainer.weights(), epoch, { draw });
  const named = Object.entries(metrics).map(([name, each]) => [`validation.${name}`, each] as const);
  context.reporter.metrics(trainer.stepsDone, epoch, Object.fromEntries(named));
  return value;
}

/** The epochs without progress to wait for: no fewer than lie between two measurements, so that none ends it unmeasured. */
export function patienceOf({ epochs, patience }: Pick<SimilarPlan, 'epochs' | 'patience'>): number {
  return Math.max(patience, intervalOf(MEASURED, epochs));
}

/** Whether the encoder is measured after an epoch. */
export function isMeasured(epoch: number, epochs: number): boolean {
  return isOneOf(MEASURED, epoch, epochs);
}

/** Whether an epoch is one of so many spread evenly up to the last, or the first. */
function isOneOf(count: number, epoch: number, epochs: number): boolean {
  return epoch === 1 || epoch === epochs || epoch % intervalOf(count, epochs) === 0;
}

function intervalOf(count: number, epochs: number): number {
  return Math.max(1, Math.ceil(epochs / count));
}
