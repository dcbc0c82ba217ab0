import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  adamW,
  type Build,
  concat,
  createTrainer,
  dropout,
  embedding,
  exportOnnx,
  floatsOf,
  linear,
  lstm as lstmLayer,
  mul,
  openModel,
  type Scope,
  softmaxCrossEntropy,
  sum,
  type Tensor,
  type Trainer,
} from '@vitrine/grad';
import { z } from 'zod';
import type { Engine } from '../../../engine.js';
import { ArtifactError } from '../../../errors.js';
import type { TextArchitecture, TextExperts, TextFit } from '../architecture.js';
import { withDefaults } from '../config.js';
import { BytePairEncoding, PADDING } from '../encoding/bpe.js';
import type { CleanListing } from '../encoding/ngrams.js';
import { labelsOf, runEpochs } from '../epochs.js';

const PIECES = 'pieces.json';
const NETWORK = 'lstm.onnx';
const CHECKPOINT_EVERY = 200;

const DEFAULTS = {
  pieces: 6000,
  length: 32,
  dim: 96,
  hidden: 96,
  lr: 3e-3,
  dropout: 0.4,
  labelSmoothing: 0.05,
  epochs: 6,
  patience: 2,
  batchSize: 64,
};

const piecesSchema = z.strictObject({
  version: z.literal(1),
  length: z.number().int().positive(),
  alphabet: z.array(z.string()),
  merges: z.array(z.tuple([z.string(), z.string()])),
});

/** A bidirectional LSTM over byte-pair pieces, masked by length: reads the order of words, which bags do not. */
export const lstm: TextArchitecture = { fit, open, experts: ['lstm'], files: [PIECES, NETWORK] };

interface Pieces {
  /** [listings × length], padded. */
  readonly pieces: Int32Array;
  readonly lengths: Int32Array;
}

async function fit(job: TextFit): Promise<{ epochs: number }> {
  const { listings, training, classes, config, context, workDir, outputDir } = job;
  await mkdir(outputDir, { recursive: true });
  const plan = withDefaults(DEFAULTS, config);
  const encoding = BytePairEncoding.train(
    Array.from(training, (row) => textOf(listings[row]!)),
    plan.pieces,
  );
  const encoded = encode(encoding, listings, plan.length);
  const batchSize = Math.min(plan.batchSize, training.length);
  const trainer = await createTrainer({
    seed: context.seed,
    build: buildNetwork({ ...plan, pieces: encoding.size, classes: classes.length }),
    batchSize,
    optimizer: adamW({ weightDecay: 0.01 }),
    clipNorm: 1,
    session: context.engine,
  });
  try {
    const epochs = await runEpochs({
      job,
      learner: trainer,
      checkpointDir: join(workDir, 'checkpoints'),
      checkpointEvery: CHECKPOINT_EVERY,
      epochs: job.epochs ?? plan.epochs,
      patience: plan.patience,
      lr: plan.lr,
      // The last batch of an epoch is filled with empty listings of no class.
      batchOf: (rows) => ({
        ...batchOf(encoded, rows, plan.length, batchSize),
        label: labelsOf(rows, job.labels, batchSize),
      }),
      predict: (rows) => predict(trainer, encoded, rows, plan.length, classes.length),
    });
    const { alphabet, merges } = encoding;
    await writeFile(join(outputDir, PIECES), JSON.stringify({ version: 1, length: plan.length, alphabet, merges }));
    await writeFile(join(outputDir, NETWORK), exportOnnx(trainer, { outputs: ['logits'] }));
    return { epochs };
  } finally {
    await trainer.release();
  }
}

const CHUNK = 256;

async function predict(
  trainer: Trainer,
  encoded: Pieces,
  rows: Int32Array,
  length: number,
  classes: number,
): Promise<Float32Array> {
  const scores = new Float32Array(rows.length * classes);
  for (let start = 0; start < rows.length; start += CHUNK) {
    const chunk = rows.subarray(start, start + CHUNK);
    const { outputs } = await trainer.evaluate(batchOf(encoded, chunk, length, CHUNK));
    scores.set(outputs.logits!.subarray(0, chunk.length * classes), start * classes);
  }
  return scores;
}

async function open(directory: string, _classes: number, engine: Partial<Engine>): Promise<TextExperts> {
  const parsed = piecesSchema.safeParse(await readJson(join(directory, PIECES)));
  if (!parsed.success) throw new ArtifactError(`${PIECES} is damaged or of another version; train the model again.`);
  const { alphabet, merges, length } = parsed.data;
  const encoding = new BytePairEncoding(alphabet, merges);
  const network = await openModel(join(directory, NETWORK), { threads: 1, ...engine });
  return {
    async score(listings) {
      if (listings.length === 0) return [new Float32Array(0)];
      const encoded = encode(encoding, listings, length);
      const { logits } = await network.run({ pieces: encoded.pieces, lengths: encoded.lengths });
      return [floatsOf(logits)];
    },
    close: () => network.release(),
  };
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    throw new ArtifactError(`${file} is missing or damaged; train or import the model again.`);
  }
}

function textOf({ title, description }: CleanListing): string {
  return `${title} ${description}`;
}

/** Piece numbers of each listing; one without any counts as one unknown word, so that every mean is defined. */
function encode(encoding: BytePairEncoding, listings: readonly CleanListing[], length: number): Pieces {
  const pieces = new Int32Array(listings.length * length).fill(PADDING);
  const lengths = Int32Array.from(listings, (listing, row) => {
    const numbers = encoding.encode(textOf(listing), length);
    pieces.set(numbers, row * length);
    return Math.max(1, numbers.length);
  });
  return { pieces, lengths };
}

function batchOf(encoded: Pieces, rows: Int32Array, length: number, batchSize: number) {
  const pieces = new Int32Array(batchSize * length).fill(PADDING);
  const lengths = new Int32Array(batchSize).fill(1);
  rows.forEach((row, i) => {
    pieces.set(encoded.pieces.subarray(row * length, (row + 1) * length), i * length);
    lengths[i] = encoded.lengths[row]!;
  });
  return { pieces, lengths };
}

interface NetworkPlan {
  readonly pieces: number;
  readonly length: number;
  readonly dim: number;
  readonly hidden: number;
  readonly dropout: number;
  readonly labelSmoothing: number;
  readonly classes: number;
}

function buildNetwork(plan: NetworkPlan): Build {
  return ({ scope, input }) => {
    const pieces = input('pieces', [plan.length], 'int32');
    const lengths = input('lengths', [], 'int32');
    const logits = networkLogits(scope, pieces, lengths, plan);
    const label = input('label', [], 'int32');
    return { loss: softmaxCrossEntropy(logits, label, { labelSmoothing: plan.labelSmoothing }), outputs: { logits } };
  };
}

/** Embedding → LSTM in both directions → its last states beside the sum of all, from which a linear layer decides. */
function networkLogits(scope: Scope, pieces: Tensor, lengths: Tensor, plan: NetworkPlan): Tensor {
  const embedded = embedding(scope.child('embedding'), pieces, { rows: plan.pieces, dim: plan.dim, deviation: 0.1 });
  const { sequence, final } = lstmLayer(scope.child('lstm'), dropout(scope, embedded, plan.dropout), {
    size: plan.hidden,
    bidirectional: true,
    lengths,
  });
  const all = mul(sum(sequence, [1]), 1 / Math.sqrt(plan.length));
  return linear(scope.child('out'), dropout(scope, concat([final, all], 1), plan.dropout), plan.classes);
}
