import type { NamedArray } from '@vitrine/grad';
import { retrievalMetrics } from '../../metrics/retrieval.js';
import { type PictureSpec, pictureSize } from '../../pictures/picture.js';
import type { PictureCache } from '../../pictures/picture-cache.js';
import type { TrainingContext } from '../../task.js';
import { type Matrix, rowsBetween } from '../algebra/matrix.js';
import type { SimilarPlan } from '../config.js';
import { exportFeatures, featuresOf } from '../encoder.js';
import { evenly, type PictureRow, truthOf } from '../pictures.js';
import { type Features, fitReadout, type Readout, readOut } from '../readout.js';
import type { TitleWords } from '../titles.js';

/** A row with the place of its picture in the cache. */
export type CachedRow = PictureRow & { readonly index: number };

export interface Validated {
  readonly context: Pick<TrainingContext, 'reporter' | 'seed' | 'engine'>;
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

/** Training pictures, evenly taken, and what the network tells of them and, below, of the validation pictures. */
interface Seen {
  readonly rows: readonly CachedRow[];
  readonly features: Features;
}

export async function seenBy(
  weights: Weights,
  { plan, spec, cache, training, validation, context }: Validated,
  most = FITTED.atLast,
): Promise<Seen> {
  const rows = evenly(training, most);
  const pictures = picturesOf(cache, [...rows, ...validation]);
  return { rows, features: await featuresOf(exportFeatures(plan, weights), spec, pictures, context.engine) };
}

/** Fits readouts to training pictures' features, and takes the one by which the validation pictures find their like best. */
async function fitted(
  { plan, validation, context }: Validated,
  { rows, features }: Seen,
  words: TitleWords | undefined,
  others: readonly Blend[],
): Promise<Fitted> {
  const learnt: Features = { ...features, ...rowsBetween(features, 0, rows.length) };
  const said = words?.targets(rows.map(({ title }) => title));
  const options = {
    ...context.engine,
    seed: context.seed,
    dimension: plan.dimension,
    words: said && { rows: rows.length, columns: said.length / rows.length, data: said },
  };
  const by = async (blend: Blend, shared = false): Promise<Fitted> => {
    const readout = await fitReadout(learnt, { ...options, blend, shared });
    const all = await readOut(features, readout, context.engine.threads);
    return {
      readout,
      rows,
      learnt: rowsBetween(all, 0, rows.length),
      vectors: rowsBetween(all, rows.length, all.rows),
    };
  };
  let [best, taken] = [await by(EVEN), EVEN];
  for (const blend of others) {
    const other = await by(blend);
    if (precision(other.vectors, validation) > precision(best.vectors, validation)) [best, taken] = [other, blend];
  }
  if (!others.length) return best;
  const shared = await by(taken, true);
  return precision(shared.vectors, validation) > precision(best.vectors, validation) ? shared : best;
}

/** A readout to measure an encoder by while it is trained: fitted to fewer pictures, and not chosen. */
export async function readoutMeanwhile(run: Validated, weights: Weights): Promise<Fitted> {
  return fitted(run, await seenBy(weights, run, FITTED.meanwhile), run.words, []);
}

/** The readout of an encoder, from what it sees in pictures and, where they are given, the words of their titles. */
export async function readoutFor(run: Validated, seen: Seen, words: TitleWords | undefined): Promise<Readout> {
  return (await fitted(run, seen, words, run.categories ? OTHERS : [])).readout;
}

function precision({ data }: Matrix, rows: readonly CachedRow[]): number {
  return retrievalMetrics({ vectors: data, ...truthOf(rows) }).precisionAt10;
}

/** The pixels of rows' pictures. */
export function picturesOf(cache: PictureCache, rows: readonly CachedRow[]): Uint8Array[] {
  return rows.map(({ index }) => {
    const pixels = new Uint8Array(pictureSize(cache.frame));
    cache.read(index, pixels);
    return pixels;
  });
}
