import {
  type Checkpoints,
  cosine,
  DataLoader,
  epochOrder,
  type FitResult,
  fit,
  type Trainer,
  warmUp,
} from '@vitrine/grad';
import { retrievalMetrics } from '../metrics/retrieval.js';
import { type PictureSpec, pictureSize } from '../pictures/picture.js';
import type { PictureCache } from '../pictures/picture-cache.js';
import type { TrainingPicturesOptions } from '../pictures/training-pictures.js';
import type { TrainingContext } from '../task.js';
import { reportFit } from '../trainer/report-fit.js';
import type { SimilarPlan } from './config.js';
import { exportEncoder, openEncoder } from './encoder.js';
import { type LabelledRow, truthOf } from './pictures.js';

export interface SimilarEpochs {
  readonly context: Pick<TrainingContext, 'reporter' | 'seed' | 'signal' | 'threads'>;
  readonly plan: SimilarPlan;
  readonly spec: PictureSpec;
  readonly cache: PictureCache;
  /** Places of the training pictures in the cache. */
  readonly training: readonly number[];
  /** Measured after each epoch, never trained on. */
  readonly validation: readonly (LabelledRow & { readonly index: number })[];
  readonly trainer: Trainer;
  readonly checkpoints: Checkpoints;
}

const CHECKPOINT_EVERY = 200;
/** Share of the steps in which the rate rises. */
const RISING = 0.1;

/**
 * Trains to the last epoch, and leaves the trainer with the weights of the epoch with the highest precision on the
 * validation pictures. Goes on from what an interrupted attempt left in `checkpoints`.
 */
export async function runSimilarEpochs(run: SimilarEpochs): Promise<FitResult> {
  const { context, plan, cache, spec, training, trainer } = run;
  const { reporter, seed, signal } = context;
  const { epochs, batchSize, lr, backbone, augmentation } = plan;
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
      batches: (epoch, from) => loader.batches(epochOrder(training, seed, epoch), { epoch, from }),
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

/** Reports how well the validation pictures find each other; the precision. */
async function validate({ context, plan, spec, cache, validation, trainer }: SimilarEpochs, epoch: number) {
  const encoder = await openEncoder(exportEncoder(plan, trainer.weights()), spec, context);
  try {
    const pictures = validation.map(({ index }) => {
      const pixels = new Uint8Array(pictureSize(spec));
      cache.read(index, pixels);
      return pixels;
    });
    const metrics = retrievalMetrics({ vectors: await encoder.embed(pictures), ...truthOf(validation) });
    context.reporter.metrics(trainer.stepsDone, epoch, {
      'validation.precisionAt10': metrics.precisionAt10,
      'validation.knnAccuracy': metrics.knnAccuracy,
    });
    return metrics.precisionAt10;
  } finally {
    await encoder.close();
  }
}
