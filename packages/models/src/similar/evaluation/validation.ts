import type { NamedArray } from '@vitrine/grad';
import { retrievalMetrics } from '../../metrics/retrieval.js';
import { type PictureSpec, pictureSize } from '../../pictures/picture.js';
import type { PictureCache } from '../../pictures/picture-cache.js';
import type { Metrics, TrainingContext } from '../../task.js';
import type { Matrix } from '../algebra/matrix.js';
import type { SimilarPlan } from '../config.js';
import { exportEncoder, exportFeatures, featuresOf, openEncoder } from '../encoder.js';
import { evenly, type PictureRow } from '../pictures.js';
import { fitReadout, type Readout, readOut } from '../readout.js';
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
  /** Whether categories are there to measure by. */
  readonly categories: boolean;
}

type Weights = ReadonlyMap<string, NamedArray>;

/** Training pictures a readout is fitted to while training, and at its end. */
const FITTED = { meanwhile: 800, atLast: 2000 };
/** Pictures whose views are looked for. */
const VIEWED = 300;

/** The readout of an encoder, fitted to training pictures. */
export async function readoutFor(
  { plan, spec, cache, training, context }: Omit<Validated, 'validation' | 'categories'>,
  weights: Weights,
  most = FITTED.atLast,
): Promise<Readout> {
  const pictures = picturesOf(cache, evenly(training, most));
  const features = await featuresOf(exportFeatures(plan, weights), spec, pictures, context);
  return fitReadout(features, { ...context, dimension: plan.dimension });
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
  const { plan, spec, cache, training, validation, context, categories } = run;
  const fitted = evenly(training, FITTED.meanwhile);
  const pictures = picturesOf(cache, [...fitted, ...validation]);
  const features = await featuresOf(exportFeatures(plan, weights), spec, pictures, context);
  const readout = await fitReadout(part(features, 0, fitted.length), { ...context, dimension: plan.dimension });
  const all = await readOut(features, readout, context.threads);
  const vectors = part(all, fitted.length, all.rows);
  if (draw) {
    const shown = Math.min(PROJECTED, validation.length);
    context.reporter.figure(
      'projection',
      epoch,
      await projection(part(vectors, 0, shown), validation.slice(0, shown), context),
    );
  }
  if (categories) {
    const metrics = byCategories(vectors, validation, part(all, 0, fitted.length), fitted);
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

function byCategories(
  vectors: Matrix,
  validation: readonly CachedRow[],
  trainingVectors: Matrix,
  training: readonly CachedRow[],
): Metrics {
  const numbers = new Map<string | undefined, number>();
  for (const { label } of [...validation, ...training]) if (!numbers.has(label)) numbers.set(label, numbers.size);
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
