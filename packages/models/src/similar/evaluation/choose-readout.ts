import type { NamedArray } from '@vitrine/grad';
import { retrievalMetrics } from '../../metrics/retrieval.js';
import { type PictureSpec, pictureSize } from '../../pictures/picture.js';
import type { PictureCache } from '../../pictures/picture-cache.js';
import type { TrainingContext } from '../../task.js';
import { type Matrix, rowsAt, rowsBetween } from '../algebra/matrix.js';
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

/** Training pictures a readout is fitted to while training, is chosen by, and is fitted to at the end. */
const FITTED = { meanwhile: 800, chosen: 2000, atLast: 6000 };
/** Features of so many pictures fit into memory: 2,000 of the largest networks. */
const MOST_NUMBERS = 2 ** 25;

/** How much edges, the stages on a grid and the last stage averaged count. */
type Blend = readonly [edges: number, stages: number, pooled: number];
/** What is read out of the features: how much of each, and whether what neighbours share or what varies most. */
interface Choice {
  readonly blend: Blend;
  readonly shared: boolean;
}
/**
 * What may be chosen: the more a training has taught the network, the more its last stage is worth. At the end that is
 * taken which does best on the validation pictures; without categories, and while training, the usual.
 */
const USUAL: Choice = { blend: [3, 1, 2], shared: false };
const BLENDS: readonly Blend[] = [
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

export async function seenBy(weights: Weights, run: Validated, most = FITTED.atLast): Promise<Seen> {
  const { plan, spec, cache, training, validation, context } = run;
  const network = exportFeatures(plan, weights);
  const [picture] = picturesOf(cache, validation.slice(0, 1));
  const { columns } = await featuresOf(network, spec, [picture!], context.engine);
  const rows = evenly(training, Math.min(most, Math.floor(MOST_NUMBERS / columns)));
  const pictures = picturesOf(cache, [...rows, ...validation]);
  return { rows, features: await featuresOf(network, spec, pictures, context.engine) };
}

/** The same of fewer training pictures. */
function fewerOf({ rows, features }: Seen, most: number): Seen {
  const kept = evenly([...rows.keys()], most);
  const places = [...kept, ...Array.from({ length: features.rows - rows.length }, (_, i) => rows.length + i)];
  return { rows: kept.map((place) => rows[place]!), features: { ...features, ...rowsAt(features, places) } };
}

/** Fits a readout to training pictures' features. */
async function fitted(
  { plan, context }: Validated,
  { rows, features }: Seen,
  words: TitleWords | undefined,
  choice: Choice,
): Promise<Fitted> {
  const learnt: Features = { ...features, ...rowsBetween(features, 0, rows.length) };
  const said = words?.targets(rows.map(({ title }) => title));
  const readout = await fitReadout(learnt, {
    ...context.engine,
    ...choice,
    seed: context.seed,
    dimension: plan.dimension,
    words: said && { rows: rows.length, columns: said.length / rows.length, data: said },
  });
  const all = await readOut(features, readout, context.engine.threads);
  const vectors = rowsBetween(all, rows.length, all.rows);
  return { readout, rows, learnt: rowsBetween(all, 0, rows.length), vectors };
}

/** The choice by which the validation pictures find their like best: first whether it is of what is shared, then the blend. */
async function bestChoice(run: Validated, seen: Seen, words: TitleWords | undefined): Promise<Choice> {
  const reached = async (choice: Choice) => precision((await fitted(run, seen, words, choice)).vectors, run.validation);
  let [best, most] = [USUAL, await reached(USUAL)];
  const consider = async (choice: Choice) => {
    const other = await reached(choice);
    if (other > most) [best, most] = [choice, other];
  };
  await consider({ ...USUAL, shared: true });
  const { shared } = best;
  for (const blend of BLENDS) await consider({ blend, shared });
  return best;
}

/** A readout to measure an encoder by while it is trained: fitted to fewer pictures, and not chosen. */
export async function readoutMeanwhile(run: Validated, weights: Weights): Promise<Fitted> {
  return fitted(run, await seenBy(weights, run, FITTED.meanwhile), run.words, USUAL);
}

/** The readout of an encoder, from what it sees in pictures and, where they are given, the words of their titles. */
export async function readoutFor(run: Validated, seen: Seen, words: TitleWords | undefined): Promise<Readout> {
  const few = fewerOf(seen, FITTED.chosen);
  if (!run.categories) return (await fitted(run, few, words, USUAL)).readout;
  const choice = await bestChoice(run, few, words);
  // Words are solved for between pictures, which takes the cube of their number.
  return (await fitted(run, words ? few : seen, words, choice)).readout;
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
