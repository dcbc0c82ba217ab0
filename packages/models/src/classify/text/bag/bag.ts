import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportOnnx, floatsOf, openModel } from '@vitrine/grad';
import type { Engine } from '../../../engine.js';
import { ArtifactError } from '../../../errors.js';
import { Sessions } from '../../../sessions.js';
import type { TextArchitecture, TextExperts, TextFit } from '../architecture.js';
import { withDefaults } from '../config.js';
import type { SparseRows } from '../encoding/sparse.js';
import { Vocabulary } from '../encoding/vocabulary.js';
import { runEpochs } from '../epochs.js';
import { readArrays, writeArrays } from './arrays.js';
import { BagNetwork, bagName, bagsOf, type FeatureRange } from './bag-network.js';
import { gatherBags } from './gather-bags.js';
import { trainRegressionInThread } from './linear/regression-thread.js';
import { type LinearModel, logitsOf } from './linear/softmax-regression.js';
import { indexNeighbours, type NeighbourIndex, voteOfNeighbours } from './neighbours.js';
import { WORD_NETWORK, WORD_TABLE } from './words/word-network.js';
import { fitWords, openWords } from './words/words.js';

const VOCABULARY = 'vocabulary.safetensors';
const LINEAR = 'linear.safetensors';
const NEIGHBOURS = 'neighbours.safetensors';
const TABLES = 'tables.safetensors';
const NETWORK = 'network.onnx';

/** Weights of the linear model: 64 million are 256 MB. */
const MOST_WEIGHTS = 64_000_000;
const MOST_FEATURES = 400_000;
const LINEAR_EPOCHS = 5;
/** Part of the work that is done when the features are counted. */
const PREPARED = 0.05;
const DEFAULTS = {
  members: 5,
  dim: 64,
  hidden: 128,
  lr: 2e-3,
  dropout: 0.4,
  labelSmoothing: 0.05,
  cost: 3,
  epochs: 4,
  patience: 2,
};
/** Step size of the tables over that of the layers above them. */
const TABLE_RATE = 50;
/** Small sets take more passes, until about this many updates are made. */
const LEAST_UPDATES = 400;
const MOST_EPOCHS = 30;

/**
 * Four kinds of expert over the same hashed n-grams: a logistic regression over words and characters, small networks over
 * bags of words and one over the words in order, trained at the same time, and the nearest listings. They err differently.
 */
export const bag: TextArchitecture = {
  fit,
  open,
  experts: ['linear', 'network', 'neighbours', 'words'],
  files: [VOCABULARY, LINEAR, NEIGHBOURS, TABLES, NETWORK, WORD_TABLE, WORD_NETWORK],
};

async function fit(job: TextFit): Promise<{ epochs: number }> {
  const { listings, training, config, classes, outputDir } = job;
  await mkdir(outputDir, { recursive: true });
  await mkdir(job.workDir, { recursive: true });
  const largest = Math.min(config.features ?? MOST_FEATURES, Math.floor(MOST_WEIGHTS / classes.length));
  const vocabulary = Vocabulary.fit(
    Array.from(training, (row) => listings[row]!),
    largest,
  );
  const rows = vocabulary.encode(listings);
  const { buckets, idf } = vocabulary;
  await writeArrays(join(outputDir, VOCABULARY), {
    buckets: { shape: [buckets.length], data: buckets },
    idf: { shape: [idf.length], data: idf },
  });
  await saveNeighbours(outputDir, indexNeighbours(rows, training, job.labels, vocabulary.words));
  job.onProgress(PREPARED);

  const abort = new AbortController();
  const signal = AbortSignal.any([abort.signal, job.context.signal]);
  const linear = fitLinear(job, vocabulary, rows, signal);
  const onProgress = (fraction: number) => job.onProgress(PREPARED + (1 - PREPARED) * fraction);
  const plan = planOf(job);
  const words = fitWords(job, vocabulary, plan, signal);
  const network = fitNetwork({ ...job, context: { ...job.context, signal }, onProgress }, vocabulary, rows, plan);
  const all = [network, linear, words] as const;
  try {
    const [epochs] = await Promise.all(all);
    return { epochs };
  } catch (error) {
    abort.abort(error);
    await Promise.allSettled(all);
    throw error;
  }
}

/** What both kinds of network are trained by: smaller batches and more passes where there are few listings. */
function planOf({ training, config, epochs }: TextFit) {
  const batchSize = Math.min(config.batchSize ?? 64, Math.max(8, 2 ** Math.floor(Math.log2(training.length / 16))));
  const updates = Math.ceil(training.length / batchSize);
  const usual = Math.min(MOST_EPOCHS, Math.max(DEFAULTS.epochs, Math.ceil(LEAST_UPDATES / updates)));
  const { members, dim, hidden, lr, dropout, labelSmoothing } = withDefaults(DEFAULTS, config);
  return {
    ...{ members, dim, hidden, lr, dropout, labelSmoothing, batchSize },
    epochs: epochs ?? config.epochs ?? usual,
    tableRate: TABLE_RATE,
  };
}

async function fitLinear(job: TextFit, vocabulary: Vocabulary, rows: SparseRows, signal: AbortSignal): Promise<void> {
  const { labels, training, classes, config, context } = job;
  const masked = new Int32Array(new SharedArrayBuffer(4 * labels.length)).fill(-1);
  for (const row of training) masked[row] = labels[row]!;
  const file = join(job.workDir, LINEAR);
  const weight =
    (await readArrays(file).then(
      (arrays) => arrays.floats('weight'),
      () => undefined,
    )) ??
    (
      await trainRegressionInThread(
        {
          features: vocabulary.size,
          classes: classes.length,
          rows,
          labels: masked,
          cost: config.cost ?? DEFAULTS.cost,
          epochs: LINEAR_EPOCHS,
          seed: context.seed,
        },
        { signal },
      )
    ).weight;
  const arrays = { weight: { shape: [vocabulary.size + 1, classes.length], data: weight } };
  await writeArrays(file, arrays);
  await writeArrays(join(job.outputDir, LINEAR), arrays);
}

async function fitNetwork(
  job: TextFit,
  vocabulary: Vocabulary,
  rows: SparseRows,
  plan: ReturnType<typeof planOf>,
): Promise<number> {
  const { labels, classes, config, context, workDir, outputDir } = job;
  const network = await BagNetwork.create({
    ...plan,
    vocabulary,
    classes: classes.length,
    rows,
    labels,
    members: rangesOf(plan.members),
    featureDropout: plan.dropout,
    seed: context.seed,
    threads: 1,
  });
  try {
    const best = await runEpochs({
      job,
      learner: network,
      checkpointDir: join(workDir, 'checkpoints'),
      epochs: plan.epochs,
      patience: config.patience ?? Math.max(DEFAULTS.patience, Math.ceil(plan.epochs / 4)),
      lr: plan.lr,
      batchOf: (chosen) => chosen,
      predict: (chosen) => network.predict(chosen),
    });
    await writeArrays(
      join(outputDir, TABLES),
      Object.fromEntries(
        network.tables.map(({ rows: words, dim: width, weight }, m) => [
          bagName(m),
          { shape: [words, width], data: weight },
        ]),
      ),
    );
    await writeFile(join(outputDir, NETWORK), exportOnnx(network.trainer, { outputs: ['logProbability'] }));
    return best;
  } finally {
    await network.trainer.release();
  }
}

function open(directory: string, classes: number, engine: Partial<Engine>): Promise<TextExperts> {
  return Sessions.open((sessions) => openExperts(directory, classes, { sessions, engine }));
}

async function openExperts(
  directory: string,
  classes: number,
  { sessions, engine }: { sessions: Sessions; engine: Partial<Engine> },
): Promise<TextExperts> {
  const stored = await readArrays(join(directory, VOCABULARY));
  const vocabulary = new Vocabulary(stored.integers('buckets'), stored.floats('idf'));
  const linear: LinearModel = { classes, weight: (await readArrays(join(directory, LINEAR))).floats('weight') };
  const neighbours = await readNeighbours(directory);
  const network = sessions.add(await openModel(join(directory, NETWORK), { threads: 1, ...engine }));
  const words = sessions.add(await openWords(directory, vocabulary, engine));
  const tables = await readArrays(join(directory, TABLES));
  const inputs = rangesOf(network.inputs.length).map((range, m) => {
    const name = bagName(m);
    const dim = Number(network.inputs.find((input) => input.name === name)?.shape[1]);
    return { name, range, dim, table: tables.floats(name) };
  });
  if (linear.weight.length !== (vocabulary.size + 1) * classes)
    throw new ArtifactError(`${LINEAR} does not fit ${VOCABULARY}; train or import the model again.`);
  if (neighbours.offsets.length !== vocabulary.words + 1)
    throw new ArtifactError(`${NEIGHBOURS} does not fit ${VOCABULARY}; train or import the model again.`);
  return {
    async score(listings) {
      if (listings.length === 0) return bag.experts.map(() => new Float32Array(0));
      const rows = vocabulary.encode(listings);
      const all = Int32Array.from(listings.keys());
      const feeds = Object.fromEntries(
        inputs.map(({ name, dim, table, range }) => [name, gatherBags(table, dim, bagsOf(rows, all, range))]),
      );
      const { logProbability } = await network.run(feeds);
      const near = voteOfNeighbours(neighbours, rows, classes);
      return [logitsOf(linear, rows), floatsOf(logProbability), near, await words.score(listings)];
    },
    close: () => sessions.close(),
  };
}

async function saveNeighbours(directory: string, index: NeighbourIndex): Promise<void> {
  const stored = Object.entries(index).map(([name, data]) => [name, { shape: [data.length], data }] as const);
  await writeArrays(join(directory, NEIGHBOURS), Object.fromEntries(stored));
}

async function readNeighbours(directory: string): Promise<NeighbourIndex> {
  const { integers, floats } = await readArrays(join(directory, NEIGHBOURS));
  return {
    offsets: integers('offsets'),
    listings: integers('listings'),
    weights: floats('weights'),
    labels: integers('labels'),
  };
}

/** A third of the networks reads characters too: alone they are no better, but they err differently. */
function rangesOf(members: number): FeatureRange[] {
  const words = members - Math.floor(members / 3);
  return Array.from({ length: members }, (_, m) => (m < words ? 'words' : 'all'));
}
