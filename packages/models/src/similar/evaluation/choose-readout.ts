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
import { bestChoice, type Choice, USUAL } from './choice.js';

/** A row with the place of its picture in the cache. */
export type CachedRow = PictureRow & { readonly index: number };

export interface Validated {
  readonly context: Pick<TrainingContext, 'reporter' | 'seed' | 'signal' | 'engine'>;
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
/** Training pictures among which neighbours are looked for, and how many the network sees at once. */
const NEIGHBOURS = { most: 60_000, atOnce: 1000 };
/** Features of so many pictures fit into memory: 2,000 of the largest networks. */
const MOST_NUMBERS = 2 ** 25;

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
  /** The features of further training pictures, some at a time: too many to keep. */
  further(): AsyncGenerator<Matrix>;
}

export async function seenBy(weights: Weights, run: Validated, most = FITTED.atLast): Promise<Seen> {
  const { plan, spec, cache, training, validation, context } = run;
  const network = exportFeatures(plan, weights);
  const [picture] = picturesOf(cache, validation.slice(0, 1));
  const { columns } = await featuresOf(network, spec, [picture!], context.engine);
  const rows = evenly(training, Math.min(most, Math.floor(MOST_NUMBERS / columns)));
  const pictures = picturesOf(cache, [...rows, ...validation]);
  const features = await featuresOf(network, spec, pictures, context.engine);
  async function* further() {
    const taken = new Set(rows);
    const others = evenly(training, NEIGHBOURS.most).filter((row) => !taken.has(row));
    for (let start = 0; start < others.length; start += NEIGHBOURS.atOnce) {
      context.signal?.throwIfAborted();
      const some = picturesOf(cache, others.slice(start, start + NEIGHBOURS.atOnce));
      yield featuresOf(network, spec, some, context.engine);
    }
  }
  return { rows, features, further };
}

/** The same of fewer training pictures; the others are further ones. */
function fewerOf({ rows, features, further }: Seen, most: number): Seen {
  const kept = evenly([...rows.keys()], most);
  const validation = Array.from({ length: features.rows - rows.length }, (_, i) => rows.length + i);
  async function* andOthers() {
    const taken = new Set(kept);
    const others = [...rows.keys()].filter((place) => !taken.has(place));
    if (others.length > 0) yield rowsAt(features, others);
    yield* further();
  }
  return {
    rows: kept.map((place) => rows[place]!),
    features: { ...features, ...rowsAt(features, [...kept, ...validation]) },
    further: andOthers,
  };
}

/** Fits a readout to training pictures' features. */
async function fitted(
  { plan, context }: Validated,
  { rows, features, further }: Pick<Seen, 'rows' | 'features'> & Partial<Seen>,
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
    further,
  });
  const all = await readOut(features, readout, context.engine.threads);
  const vectors = rowsBetween(all, rows.length, all.rows);
  return { readout, rows, learnt: rowsBetween(all, 0, rows.length), vectors };
}

/** A readout to measure an encoder by while it is trained: fitted to fewer pictures, and not chosen. */
export async function readoutMeanwhile(run: Validated, weights: Weights): Promise<Fitted> {
  return fitted(run, await seenBy(weights, run, FITTED.meanwhile), run.words, USUAL);
}

/**
 * The readout of an encoder, from what it sees in pictures and, where they are given, the words of their titles: that by
 * which the validation pictures find their like best, where there are categories, else the usual.
 */
export async function readoutFor(run: Validated, seen: Seen, words: TitleWords | undefined): Promise<Readout> {
  const few = fewerOf(seen, FITTED.chosen);
  if (!run.categories) return (await fitted(run, few, words, USUAL)).readout;
  const { rows, features } = few;
  const choice = await bestChoice(async (considered) =>
    precision((await fitted(run, { rows, features }, words, considered)).vectors, run.validation),
  );
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
