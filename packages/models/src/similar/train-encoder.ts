import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { adamW, Checkpoints, createTrainer, GradError, importWeights, lars, type Trainer } from '@vitrine/grad';
import { ConfigError, DataError } from '../errors.js';
import { architectureOf } from '../pictures/backbones.js';
import { pictureStatistics } from '../pictures/batches.js';
import { statisticsOf } from '../pictures/frame.js';
import type { PictureSpec } from '../pictures/picture.js';
import type { PictureCache } from '../pictures/picture-cache.js';
import { openReportedCache } from '../pictures/reported-cache.js';
import type { PackedImage } from '../snapshot/manifest.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { TrainingContext } from '../task.js';
import { planSimilar, type SimilarConfig, type SimilarPlan } from './config.js';
import { encoderToServe, type ServedEncoder } from './eight-bits.js';
import { encoderModel, exportEncoder, exportPooled } from './encoder.js';
import { runSimilarEpochs } from './epochs.js';
import { readoutFor, seenBy, type Validated } from './evaluation/choose-readout.js';
import type { Candidates } from './evaluation/measure.js';
import { contrastiveNetwork, ENCODER } from './network.js';
import { evenly, labelledRows, type PictureRow } from './pictures.js';
import { TitleWords } from './titles.js';

const STATISTICS_SAMPLE = 2000;
/** Most validation pictures that the encoder is measured by while training. */
const VALIDATED = 1000;

export interface EncoderJob {
  readonly snapshot: Snapshot;
  readonly rows: readonly PictureRow[];
  readonly config: SimilarConfig;
  readonly context: TrainingContext;
  readonly categories: boolean;
}

export interface TrainedEncoder {
  readonly plan: SimilarPlan;
  readonly spec: PictureSpec;
  /** In how many bits the trained encoder computes. */
  readonly bits: ServedEncoder['bits'];
  readonly encoders: Candidates;
}

interface EncoderRun extends Validated {
  readonly context: TrainingContext;
  /** What it needs to go on after an interruption. */
  readonly directory: string;
}

/** Trains an encoder on a snapshot's pictures, and makes those that it is to be compared with. */
export async function trainEncoder({
  snapshot,
  rows,
  config,
  context,
  categories,
}: EncoderJob): Promise<TrainedEncoder> {
  const directory = join(context.workDir, 'similar');
  await mkdir(directory, { recursive: true });
  const training = rows.filter(({ split }) => split === 'train');
  const kept = rows.filter(({ split }) => split === 'validation');
  const validation = categories ? labelledRows(rows, 'validation', VALIDATED) : evenly(kept, VALIDATED);
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
      return await learn({ context, plan, spec, cache, ...usable, categories, words, directory }, trainer);
    } finally {
      await trainer.release();
    }
  } finally {
    cache.close();
  }
}

async function learn(run: EncoderRun, trainer: Trainer): Promise<TrainedEncoder> {
  const { plan, spec, words, directory } = run;
  const begun = trainer.weights();
  const checkpoints = await Checkpoints.open(join(directory, 'checkpoints'));
  if (plan.weights !== undefined && checkpoints.resume === undefined) await startFrom(plan.weights, trainer, plan);
  await runSimilarEpochs({ ...run, trainer, checkpoints });
  const weights = trainer.weights();
  run.context.reporter.phase('readout', 'Choosing what is read out of the network, and of the untrained one');
  const seen = await seenBy(begun, run);
  const readout = await readoutFor(run, seen, undefined);
  const titled = words && (await readoutFor(run, seen, words));
  const last = await readoutFor(run, await seenBy(weights, run), words);
  const served = await encoderToServe(encoderModel(plan, weights, last), run);
  const encoders: Candidates = {
    trained: served.bytes,
    untrained: exportEncoder(plan, begun, readout),
    untrainedTitled: titled && exportEncoder(plan, begun, titled),
    pooled: exportPooled(plan, begun),
  };
  return { plan, spec, bits: served.bits, encoders };
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
