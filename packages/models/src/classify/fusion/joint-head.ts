import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  adamW,
  add,
  type Build,
  concat,
  cosine,
  createRandom,
  createTrainer,
  dropout,
  exportOnnx,
  floatsOf,
  GradError,
  init,
  matmul,
  mul,
  openModel,
  softmax,
  softmaxCrossEntropy,
  type Trainer,
} from '@vitrine/grad';
import { ArtifactError } from '../../errors.js';
import type { Scores } from '../blend.js';

/** Calibrated logits of both heads for the same listings, [listings × classes] each; zeros where an input is missing. */
export interface Evidence {
  readonly text: Scores;
  readonly image: Scores;
}

export interface JointTraining {
  readonly evidence: Evidence;
  readonly labels: Int32Array;
  readonly classes: number;
  /** How many listings of each class the heads were trained on. */
  readonly counts: Int32Array;
  /** The listings to learn from; neither head was trained on them. */
  readonly rows: readonly number[];
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** A trained joint head: logits [listings × classes]. */
export interface JointHead {
  score(evidence: Evidence): Promise<Float32Array>;
  close(): Promise<void>;
}

export const JOINT_FILE = 'joint.onnx';

const BATCH = 64;
const PASSES = 40;
const [LEAST_STEPS, MOST_STEPS] = [150, 600];
const LEARNING_RATE = 2e-2;
/** The many numbers of the correction move this much slower than the few of the trust. */
const CORRECTION_PACE = 0.1;
const WEIGHT_DECAY = 0.3;
/** What is taken from the trust in a head, 1 when it is alone, where there are both; to begin with. */
const BESIDE = -0.4;
const FEATURE_DROPOUT = 0.5;
/** How often in training the text is hidden, and as often the picture. */
const MODALITY_DROPOUT = 0.1;

/**
 * Learns to answer from both heads' opinions. In every fifth example one of the two inputs is hidden
 * (modality dropout, Neverova et al. 2016), so that the head does not come to need both. Equal arguments give equal heads.
 */
export async function trainJointHead({
  evidence,
  labels,
  classes,
  counts,
  rows,
  seed,
  signal,
}: JointTraining): Promise<Trainer> {
  const trainer = await createTrainer({
    seed,
    build: jointNetwork(classes, logFrequencies(counts)),
    batchSize: BATCH,
    optimizer: adamW({ weightDecay: WEIGHT_DECAY }),
    session: { threads: 1 },
  });
  const steps =
    rows.length === 0 ? 0 : Math.min(MOST_STEPS, Math.max(LEAST_STEPS, Math.ceil((PASSES * rows.length) / BATCH)));
  const schedule = cosine(LEARNING_RATE, steps);
  for (let step = 0; step < steps; step++) {
    signal.throwIfAborted();
    const random = createRandom(seed, 'joint', step);
    const feeds = {
      text: new Float32Array(BATCH * classes),
      image: new Float32Array(BATCH * classes),
      label: new Int32Array(BATCH),
    };
    for (let i = 0; i < BATCH; i++) {
      const row = rows[random.integer(rows.length)]!;
      const hidden = random.uniform();
      const own = (scores: Scores) => scores.subarray(row * classes, (row + 1) * classes);
      if (hidden >= MODALITY_DROPOUT) feeds.text.set(own(evidence.text), i * classes);
      if (hidden < 1 - MODALITY_DROPOUT) feeds.image.set(own(evidence.image), i * classes);
      feeds.label[i] = labels[row]!;
    }
    await trainer.step({ ...feeds, both: bothOf(feeds, classes) }, { lr: schedule(step) });
  }
  return trainer;
}

/** Logits of a head in training. */
export async function scoreJointly(trainer: Trainer, evidence: Evidence, classes: number): Promise<Float32Array> {
  const { outputs } = await trainer.evaluate({ ...evidence, both: bothOf(evidence, classes) });
  return outputs.logits!;
}

/** Writes the head for serving into a directory, as `JOINT_FILE`. */
export async function saveJointHead(directory: string, trainer: Trainer): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, JOINT_FILE), exportOnnx(trainer, { outputs: ['logits'] }));
}

/**
 * Opens a joint head written by `saveJointHead`.
 * @throws ArtifactError when the file is missing or damaged.
 */
export async function openJointHead(directory: string, classes: number): Promise<JointHead> {
  const model = await openModel(join(directory, JOINT_FILE), { threads: 1 }).catch((cause: unknown) => {
    if (!(cause instanceof GradError)) throw cause;
    throw new ArtifactError(`${cause.message} Train or import the model again.`);
  });
  return {
    score: async (evidence) => floatsOf((await model.run({ ...evidence, both: bothOf(evidence, classes) })).logits),
    close: () => model.release(),
  };
}

/**
 * The sum of both heads' logits, each by a trust of its own, and a correction by class that is linear in both heads'
 * probabilities: which of the two to believe about which class. Both heads know how frequent the classes are; what their
 * sum counts twice, a share of the log-frequencies takes away (the product rule of Kittler et al. 1998). A missing input
 * is a row of zeros: no opinion.
 */
function jointNetwork(classes: number, frequencies: Float32Array): Build {
  return ({ scope, input }) => {
    const [text, image] = [input('text', [classes]), input('image', [classes])];
    const both = input('both', [1]);
    const trusted = [text, image].map((logits, i) => {
      const alone = scope.parameter(`trust${i}.alone`, [1], init.ones);
      const beside = scope.parameter(`trust${i}.beside`, [1], () => Float32Array.of(BESIDE));
      return mul(logits, add(mul(both, beside), alone));
    });
    const opinions = dropout(scope, concat([softmax(text), softmax(image)], 1), FEATURE_DROPOUT);
    const correction = mul(
      matmul(opinions, scope.parameter('correction', [2 * classes, classes], init.zeros)),
      CORRECTION_PACE,
    );
    const prior = mul(mul(both, scope.parameter('prior', [1], init.zeros)), scope.graph.constant(frequencies));
    const logits = add(add(trusted[0]!, trusted[1]!), add(correction, prior));
    return { loss: softmaxCrossEntropy(logits, input('label', [], 'int32')), outputs: { logits } };
  };
}

/** 1 for listings with text and picture, 0 for those that lack one: [listings × 1]. */
function bothOf({ text, image }: Evidence, classes: number): Float32Array {
  const has = (scores: Scores, row: number) => scores.subarray(row * classes, (row + 1) * classes).some((x) => x !== 0);
  return Float32Array.from({ length: text.length / classes }, (_, row) => (has(text, row) && has(image, row) ? 1 : 0));
}

/** Log-frequencies of the classes, each seen once more than it was (Laplace). */
function logFrequencies(counts: Int32Array): Float32Array {
  const total = counts.reduce((sum, count) => sum + count + 1, 0);
  return Float32Array.from(counts, (count) => Math.log((count + 1) / total));
}
