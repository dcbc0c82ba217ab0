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
import { alikePictures } from './alike.js';
import { ENCODER_FILE, writeDescription } from './artifact.js';
import { planSimilar, type SimilarConfig, type SimilarPlan } from './config.js';
import { encoderToServe, type ServedEncoder } from './eight-bits.js';
import { encoderModel, exportEncoder, exportPooled } from './encoder.js';
import { runSimilarEpochs } from './epochs.js';
import { readoutFor, seenBy, type Validated } from './evaluation/choose-readout.js';
import { type Candidates, compareEncoders } from './evaluation/measure.js';
import { contrastiveNetwork, ENCODER } from './network.js';
import { evenly, hasCategories, labelledRows, type PictureRow, readPictures, requireSimilar } from './pictures.js';
import { TitleWords } from './titles.js';

const STATISTICS_SAMPLE = 2000;
/** Most validation pictures that the encoder is measured by while training. */
const VALIDATED = 1000;
const WITHOUT_CATEGORIES =
  'There are no categories, or only one, in the validation or the test split. Whether products of a kind find each other ' +
  'can’t be measured, so it is measured how often the vector of one view of a photo has that of another view of it nearest.';

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
  const categories = hasCategories(rows);
  if (!categories) reporter.log('warn', WITHOUT_CATEGORIES);
  const { plan, spec, bits, encoders } = await trainEncoder({ snapshot, rows, config, context, categories });
  reporter.phase('evaluate', `Comparing with ${categories ? 'pixels and with ' : ''}an untrained network`);
  const metrics = await compareEncoders({ snapshot, rows, plan, spec, context }, encoders);
  reporter.log('info', comparisonText(metrics));

  reporter.phase('export');
  await mkdir(artifactDir, { recursive: true });
  await writeFile(join(artifactDir, ENCODER_FILE), encoders.trained);
  const summary: ArtifactSummary = {
    task: 'similar',
    description: `${plan.backbone} at ${spec.width} × ${spec.height} pixels, ${encoders.untrainedTitled ? 'with titles, ' : ''}without labels, in ${bits} bits`,
    metrics,
    primaryMetric: categories ? 'precisionAt10' : 'viewAccuracy',
    trainedOn: { snapshot: snapshot.manifest.hash, splits: ['train'] },
    files: await describeFiles(artifactDir, [ENCODER_FILE]),
  };
  await writeDescription(artifactDir, { config, spec, summary });
  reporter.progress(1, 0);
  const own = await describeFiles(artifactDir, [MODEL_FILE]);
  return { ...summary, files: [...own, ...summary.files] };
}

/** What the training itself has added, in words. */
function comparisonText(metrics: Metrics): string {
  const [name, trained, untrained, titled] =
    metrics.precisionAt10 === undefined
      ? ['view accuracy', metrics.viewAccuracy, metrics.untrainedViewAccuracy, metrics.untrainedTitledViewAccuracy]
      : ['precision@10', metrics.precisionAt10, metrics.untrainedPrecisionAt10, metrics.untrainedTitledPrecisionAt10];
  const beside = [
    untrained !== undefined && `${untrained.toFixed(3)} read out without titles`,
    titled !== undefined && `${titled.toFixed(3)} with them`,
  ];
  return `${name} ${trained!.toFixed(3)}; the same network untrained: ${beside.filter(Boolean).join(', ')}.`;
}

interface Job {
  readonly snapshot: Snapshot;
  readonly rows: readonly PictureRow[];
  readonly config: SimilarConfig;
  readonly context: TrainingContext;
  readonly categories: boolean;
}

interface TrainedEncoder {
  readonly plan: SimilarPlan;
  readonly spec: PictureSpec;
  /** In how many bits the trained encoder computes. */
  readonly bits: ServedEncoder['bits'];
  readonly encoders: Candidates;
}

async function trainEncoder({ snapshot, rows, config, context, categories }: Job): Promise<TrainedEncoder> {
  const directory = join(context.workDir, 'similar');
  await mkdir(directory, { recursive: true });
  const training = rows.filter(({ split }) => split === 'train');
  const validation = categories
    ? labelledRows(rows, 'validation', VALIDATED)
    : evenly(
        rows.filter(({ split }) => split === 'validation'),
        VALIDATED,
      );
  const images = [...training, ...validation].map(({ image }) => image);
  const planned = planSimilar(images, training.length, config);
  const { frame } = planned;
  const read = (image: PackedImage) => snapshot.image(image);
  const cache = await openReportedCache({ directory, images, read, frame, context });
  try {
    const usable = usableOf(cache, [...training, ...validation]);
    const plan = { ...planned, batchSize: Math.min(planned.batchSize, usable.training.length) };
    const spec: PictureSpec = { ...frame, ...normalisationOf(plan, cache, usable.training) };
    const words = plan.titles ? TitleWords.fit(usable.training.map(({ title }) => title)) : undefined;
    if (words) context.reporter.log('info', `Learning ${words.size} words of the photos’ titles beside.`);
    const trainer = await startTrainer(plan, words?.size ?? 0, context);
    try {
      const run = { context, plan, spec, cache, ...usable, categories, words };
      const begun = trainer.weights();
      const checkpoints = await Checkpoints.open(join(directory, 'checkpoints'));
      if (plan.weights !== undefined && checkpoints.resume === undefined) await startFrom(plan.weights, trainer, plan);
      const seen = await seenBy(begun, run);
      const readout = await readoutFor(run, seen, undefined);
      const titled = words && (await readoutFor(run, seen, words));
      const untrained = exportEncoder(plan, begun, readout);
      const untrainedTitled = titled && exportEncoder(plan, begun, titled);
      const alike = await alikePictures({ ...run, directory }, async () => {
        const weights = trainer.weights();
        if (plan.weights === undefined) return { weights, readout: titled ?? readout };
        return { weights, readout: await readoutFor(run, await seenBy(weights, run), words) };
      });
      await runSimilarEpochs({ ...run, trainer, checkpoints, alike });
      const weights = trainer.weights();
      const last = await readoutFor(run, await seenBy(weights, run), words);
      const served = await encoderToServe(encoderModel(plan, weights, last), run);
      const pooled = exportPooled(plan, begun);
      return { plan, spec, bits: served.bits, encoders: { trained: served.bytes, untrained, untrainedTitled, pooled } };
    } finally {
      await trainer.release();
    }
  } finally {
    cache.close();
  }
}

/** The rows whose pictures could be decoded, with their places. @throws DataError `data.images` */
function usableOf(cache: PictureCache, rows: readonly PictureRow[]): Pick<Validated, 'training' | 'validation'> {
  const broken = new Set(cache.broken.map(({ index }) => index));
  const usable = rows.map((row, index) => ({ ...row, index })).filter(({ index }) => !broken.has(index));
  const [training, validation] = (['train', 'validation'] as const).map((split) =>
    usable.filter((row) => row.split === split),
  );
  if (training!.length >= 2 && validation!.length >= 2) return { training: training!, validation: validation! };
  throw new DataError('data.images', 'Hardly any picture can be decoded; import the data set again with other images.');
}

function normalisationOf({ weights, backbone }: SimilarPlan, cache: PictureCache, training: Validated['training']) {
  const architecture = weights === undefined ? undefined : architectureOf(backbone);
  if (architecture) return statisticsOf(architecture.input);
  return pictureStatistics(
    cache,
    training.slice(0, STATISTICS_SAMPLE).map(({ index }) => index),
  );
}

function startTrainer(plan: SimilarPlan, words: number, { seed, engine }: TrainingContext): Promise<Trainer> {
  const { optimizer, weightDecay, batchSize } = plan;
  return createTrainer({
    seed,
    build: contrastiveNetwork(plan, words),
    batchSize,
    optimizer: optimizer === 'lars' ? lars({ weightDecay }) : adamW({ weightDecay }),
    session: engine,
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
