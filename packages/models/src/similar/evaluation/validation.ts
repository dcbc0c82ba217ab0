import type { NamedArray } from '@vitrine/grad';
import { retrievalMetrics } from '../../metrics/retrieval.js';
import { type PictureSpec, pictureSize } from '../../pictures/picture.js';
import type { PictureCache } from '../../pictures/picture-cache.js';
import type { Metrics, TrainingContext } from '../../task.js';
import type { Matrix } from '../algebra/matrix.js';
import type { SimilarPlan } from '../config.js';
import { exportEncoder, exportFeatures, featuresOf, openEncoder } from '../encoder.js';
import { evenly, type PictureRow } from '../pictures.js';
import { type Features, fitReadout, type Readout, readOut } from '../readout.js';
import type { TitleWords } from '../titles.js';
import { probeAccuracy } from './probe.js';
import { PROJECTED, projection } from './projection.js';
import { viewAccuracy } from './view-retrieval.js';

/** A row with the place of its picture in the cache. */
export type CachedRow = PictureRow & { readonly index: number };

export interface Validated {
  readonly context: Pick<TrainingContext, 'reporter' | 'seed' | 'threads'>;
  readonly plan: SimilarPlan;
  readonly spec: PictureSpec;
  readonly cache: PictureCache;
  readonly training: readonly CachedRow[];
  readonly validation: readonly CachedRow[];
  /** What is learnt of the titles. */
  readonly words?: TitleWords | undefined;
  /** Whether categories are there to measure by. */
  readonly categories: boolean;
}

type Weights = ReadonlyMap<string, NamedArray>;

/** Training pictures a readout is fitted to while training, and at its end. */
const FITTED = { meanwhile: 800, atLast: 2000 };
/** Pictures whose views are looked for. */
const VIEWED = 300;

/** How much edges, the stages on a grid and the last stage averaged count. */
type Blend = readonly [edges: number, stages: number, pooled: number];
/**
 * What they may count: the more a training has taught the network, the more its last stage is worth. At the end the blend
 * that does best on the validation pictures is taken; without categories, and while training, the even one.
 */
const EVEN: Blend = [3, 1, 2];
const OTHERS: readonly Blend[] = [
  [3, 1, 0],
  [2, 1, 3],
  [1, 1, 3],
  [0, 0, 1],
];

/** A readout, with the vectors of the pictures it was fitted to and of the validation pictures. */
interface Fitted {
  readonly readout: Readout;
  readonly rows: readonly CachedRow[];
  readonly learnt: Matrix;
  readonly vectors: Matrix;
}

/** Fits readouts to training pictures' features, and takes the one by which the validation pictures find their like best. */
async function fitted(run: Validated, weights: Weights, most: number, others: readonly Blend[]): Promise<Fitted> {
  const { plan, spec, cache, training, validation, context, words } = run;
  const rows = evenly(training, most);
  const pictures = picturesOf(cache, [...rows, ...validation]);
  const features = await featuresOf(exportFeatures(plan, weights), spec, pictures, context);
  const learnt: Features = { ...features, ...part(features, 0, rows.length) };
  const said = words?.targets(rows.map(({ title }) => title));
  const options = {
    ...context,
    dimension: plan.dimension,
    words: said && { rows: rows.length, columns: said.length / rows.length, data: said },
  };
  const by = async (blend: Blend): Promise<Fitted> => {
    const readout = await fitReadout(learnt, { ...options, blend });
    const all = await readOut(features, readout, context.threads);
    return { readout, rows, learnt: part(all, 0, rows.length), vectors: part(all, rows.length, all.rows) };
  };
  let best = await by(EVEN);
  for (const blend of others) {
    const other = await by(blend);
    if (precision(other.vectors, validation) > precision(best.vectors, validation)) best = other;
  }
  return best;
}

/** The readout of an encoder, fitted to training pictures. */
export async function readoutFor(run: Validated, weights: Weights): Promise<Readout> {
  return (await fitted(run, weights, FITTED.atLast, run.categories ? OTHERS : [])).readout;
}

/**
 * How good the encoder is by now, the more the better, with the figure `projection` when asked for. With categories: how
 * well the validation pictures find their like (`precisionAt10`, `knnAccuracy`), and what a linear classifier learns from
 * the training pictures' vectors (`probeAccuracy`). Without: how often a view finds the other of its picture.
 */
export async function validateEncoder(
  run: Validated,
  weights: Weights,
  epoch: number,
  { draw }: { draw: boolean },
): Promise<{ value: number; metrics: Metrics }> {
  const { plan, spec, cache, validation, context, categories } = run;
  const { readout, vectors, rows, learnt } = await fitted(run, weights, FITTED.meanwhile, []);
  if (draw) {
    const shown = Math.min(PROJECTED, validation.length);
    context.reporter.figure(
      'projection',
      epoch,
      await projection(part(vectors, 0, shown), validation.slice(0, shown), context),
    );
  }
  if (categories) {
    const metrics = byCategories(vectors, validation, learnt, rows);
    return { value: metrics.precisionAt10!, metrics };
  }
  const encoder = await openEncoder(exportEncoder(plan, weights, readout), spec, context);
  try {
    const seen = picturesOf(cache, validation.slice(0, VIEWED));
    const value = await viewAccuracy(encoder, seen, { ...plan, ...context, spec });
    return { value, metrics: { viewAccuracy: value } };
  } finally {
    await encoder.close();
  }
}

function precision(vectors: Matrix, rows: readonly CachedRow[]): number {
  const numbers = numbersOf(rows);
  const labels = rows.map(({ label }) => numbers.get(label)!);
  return retrievalMetrics({ vectors: vectors.data, labels, groups: rows.map(({ group }) => group) }).precisionAt10;
}

function numbersOf(rows: readonly CachedRow[]): ReadonlyMap<string | undefined, number> {
  return new Map([...new Set(rows.map(({ label }) => label))].map((label, number) => [label, number]));
}

function byCategories(
  vectors: Matrix,
  validation: readonly CachedRow[],
  trainingVectors: Matrix,
  training: readonly CachedRow[],
): Metrics {
  const numbers = numbersOf([...validation, ...training]);
  const labels = validation.map(({ label }) => numbers.get(label)!);
  const groups = validation.map(({ group }) => group);
  const learnt = { vectors: trainingVectors, labels: training.map(({ label }) => numbers.get(label)!) };
  return {
    ...retrievalMetrics({ vectors: vectors.data, labels, groups }),
    probeAccuracy: probeAccuracy(learnt, { vectors, labels }),
  };
}

function picturesOf(cache: PictureCache, rows: readonly CachedRow[]): Uint8Array[] {
  return rows.map(({ index }) => {
    const pixels = new Uint8Array(pictureSize(cache.frame));
    cache.read(index, pixels);
    return pixels;
  });
}

/** The rows from one on to before another. */
function part({ columns, data }: Matrix, from: number, to: number): Matrix {
  return { rows: to - from, columns, data: data.slice(from * columns, to * columns) };
}
