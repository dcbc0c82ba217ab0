import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { adamW, Checkpoints, createTrainer, GradError, importWeights, lars, type Trainer } from '@vitrine/grad';
import { describeFiles, MODEL_FILE } from '../artifact.js';
import { ConfigError, DataError } from '../errors.js';
import { architectureOf } from '../pictures/backbones.js';
import { pictureStatistics } from '../pictures/batches.js';
import { statisticsOf } from '../pictures/frame.js';
import type { PictureSpec } from '../pictures/picture.js';
import type { PictureCache } from '../pictures/picture-cache.js';
import { openReportedCache } from '../pictures/reported-cache.js';
import type { PackedImage } from '../snapshot/manifest.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { ArtifactSummary, Metrics, TrainingContext } from '../task.js';
import { ENCODER_FILE, writeDescription } from './artifact.js';
import { planSimilar, type SimilarConfig, type SimilarPlan } from './config.js';
import { exportEncoder } from './encoder.js';
import { runSimilarEpochs } from './epochs.js';
import { decodeRows, measureEncoder, measurePixels } from './measure.js';
import { contrastiveNetwork, ENCODER } from './network.js';
import { labelledRows, type PictureRow, readPictures, requireSimilar } from './pictures.js';

const STATISTICS_SAMPLE = 2000;
/** Validation pictures measured after each epoch. */
const VALIDATED = 1000;

/**
 * Learns vectors of pictures by contrast (Chen et al. 2020), measures how well the test pictures find their like, beside
 * pixels and an untrained encoder, and writes the encoder. Goes on from what `workDir` holds, to the same result.
 * @throws DataError when there are too few pictures, ConfigError when the weights given cannot be used.
 */
export async function trainSimilar(
  snapshot: Snapshot,
  config: SimilarConfig,
  given: TrainingContext,
): Promise<ArtifactSummary> {
  const context = { ...given, seed: config.seed ?? given.seed };
  const { reporter, artifactDir } = context;
  reporter.phase('prepare', 'Reading the data set');
  const rows = await readPictures(snapshot);
  requireSimilar(rows);
  const { plan, spec, encoder, untrained } = await trainEncoder({ snapshot, rows, config, context });
  reporter.phase('evaluate', 'Comparing with pixels and with an untrained network');
  const test = await decodeRows(snapshot, labelledRows(rows, 'test'), spec, context.signal);
  const trained = await measureEncoder(encoder, spec, test, context);
  const random = await measureEncoder(untrained, spec, test, context);
  const pixels = await measurePixels(snapshot, rows, plan, context);
  const metrics: Metrics = {
    ...trained,
    pixelsPrecisionAt10: pixels.precisionAt10,
    pixelsKnnAccuracy: pixels.knnAccuracy,
    untrainedPrecisionAt10: random.precisionAt10,
    untrainedKnnAccuracy: random.knnAccuracy,
    examples: test.rows.length,
  };

  reporter.phase('export');
  await mkdir(artifactDir, { recursive: true });
  await writeFile(join(artifactDir, ENCODER_FILE), encoder);
  const summary: ArtifactSummary = {
    task: 'similar',
    description: `${plan.backbone} at ${spec.width} × ${spec.height} pixels, without labels`,
    metrics,
    primaryMetric: 'precisionAt10',
    trainedOn: { snapshot: snapshot.manifest.hash, splits: ['train'] },
    files: await describeFiles(artifactDir, [ENCODER_FILE]),
  };
  await writeDescription(artifactDir, { config, spec, summary });
  reporter.progress(1, 0);
  const own = await describeFiles(artifactDir, [MODEL_FILE]);
  return { ...summary, files: [...own, ...summary.files] };
}

interface Job {
  readonly snapshot: Snapshot;
  readonly rows: readonly PictureRow[];
  readonly config: SimilarConfig;
  readonly context: TrainingContext;
}

interface TrainedEncoder {
  readonly plan: SimilarPlan;
  readonly spec: PictureSpec;
  /** ONNX bytes. */
  readonly encoder: Uint8Array;
  /** The same network as it began, from random weights. */
  readonly untrained: Uint8Array;
}

async function trainEncoder({ snapshot, rows, config, context }: Job): Promise<TrainedEncoder> {
  const directory = join(context.workDir, 'similar');
  await mkdir(directory, { recursive: true });
  const training = rows.filter(({ split }) => split === 'train');
  const validation = labelledRows(rows, 'validation', VALIDATED);
  const images = [...training, ...validation].map(({ image }) => image);
  const planned = planSimilar(images, training.length, config);
  const { frame } = planned;
  const read = (image: PackedImage) => snapshot.image(image);
  const cache = await openReportedCache({ directory, images, read, frame, context });
  try {
    const usable = usableOf(cache, training.length);
    const plan = { ...planned, batchSize: Math.min(planned.batchSize, usable.length) };
    const spec: PictureSpec = { ...frame, ...normalisationOf(plan, cache, usable) };
    const trainer = await startTrainer(plan, context);
    try {
      const untrained = exportEncoder(plan, trainer.weights());
      const checkpoints = await Checkpoints.open(join(directory, 'checkpoints'));
      if (plan.weights !== undefined && checkpoints.resume === undefined) await startFrom(plan.weights, trainer, plan);
      const measured = validation.map((row, i) => ({ ...row, index: training.length + i }));
      await runSimilarEpochs({
        context,
        plan,
        spec,
        cache,
        training: usable,
        validation: measured,
        trainer,
        checkpoints,
      });
      return { plan, spec, encoder: exportEncoder(plan, trainer.weights()), untrained };
    } finally {
      await trainer.release();
    }
  } finally {
    cache.close();
  }
}

/** Places of the training pictures that could be decoded. @throws DataError `data.images` */
function usableOf(cache: PictureCache, training: number): number[] {
  const broken = new Set(cache.broken.map(({ index }) => index));
  const usable = Array.from({ length: training }, (_, index) => index).filter((index) => !broken.has(index));
  if (usable.length >= 2) return usable;
  throw new DataError('data.images', 'Hardly any picture can be decoded; import the data set again with other images.');
}

function normalisationOf({ weights, backbone }: SimilarPlan, cache: PictureCache, usable: readonly number[]) {
  const architecture = weights === undefined ? undefined : architectureOf(backbone);
  return architecture ? statisticsOf(architecture.input) : pictureStatistics(cache, usable.slice(0, STATISTICS_SAMPLE));
}

function startTrainer(plan: SimilarPlan, { seed, threads }: TrainingContext): Promise<Trainer> {
  const { optimizer, weightDecay, batchSize } = plan;
  return createTrainer({
    seed,
    build: contrastiveNetwork(plan),
    batchSize,
    optimizer: optimizer === 'lars' ? lars({ weightDecay }) : adamW({ weightDecay }),
    session: { threads },
  });
}

/** Gives the encoder the weights it starts from. @throws ConfigError when they do not fit. */
async function startFrom(file: string, trainer: Trainer, { backbone }: SimilarPlan): Promise<void> {
  try {
    const skip = architectureOf(backbone)?.beyondEncoder ?? [];
    trainer.setWeights(await importWeights(file, trainer.weights(), { scope: ENCODER, skip }));
  } catch (error) {
    if (!(error instanceof GradError)) throw error;
    const message = `The setting "weights" is not usable: ${error.message.replace(/\.$/, '')}.`;
    throw new ConfigError(message, { key: 'weights' });
  }
}
