import { setImmediate as nextTurn } from 'node:timers/promises';
import { VitrineError } from '../../errors.js';
import { retrievalMetrics } from '../../metrics/retrieval.js';
import { decodePicture } from '../../pictures/decode.js';
import type { PictureFrame, PictureSpec } from '../../pictures/picture.js';
import { sourceOf } from '../../pictures/picture-cache.js';
import type { Snapshot } from '../../snapshot/snapshot.js';
import type { Metrics, TrainingContext } from '../../task.js';
import { centred, type Matrix, product, transposed, unitRows } from '../algebra/matrix.js';
import { principalComponents } from '../algebra/principal-components.js';
import type { SimilarPlan } from '../config.js';
import { type Encoder, openEncoder } from '../encoder.js';
import { evenly, hasCategories, type LabelledRow, labelledRows, type PictureRow, truthOf } from '../pictures.js';
import { viewAccuracy } from './view-retrieval.js';

const AT_ONCE = 64;

/** Pictures of rows, decoded to a frame. */
interface Decoded<Row extends PictureRow> {
  readonly rows: readonly Row[];
  readonly pictures: readonly Uint8Array[];
}

/** Decodes pictures of a snapshot; rows whose picture is broken are left out. */
async function decodeRows<Row extends PictureRow>(
  snapshot: Snapshot,
  rows: readonly Row[],
  frame: PictureFrame,
  signal?: AbortSignal,
): Promise<Decoded<Row>> {
  const decoded: { row: Row; picture: Uint8Array }[] = [];
  for (let start = 0; start < rows.length; start += AT_ONCE) {
    signal?.throwIfAborted();
    const chunk = rows.slice(start, start + AT_ONCE).map(async (row) => {
      const bytes = await snapshot.image(row.image);
      try {
        return [{ row, picture: await decodePicture(sourceOf(row.image, bytes), frame) }];
      } catch (error) {
        if (error instanceof VitrineError) return [];
        throw error;
      }
    });
    decoded.push(...(await Promise.all(chunk)).flat());
  }
  return { rows: decoded.map(({ row }) => row), pictures: decoded.map(({ picture }) => picture) };
}

/** The encoders to compare, as ONNX bytes. */
export interface Candidates {
  readonly trained: Uint8Array;
  /** As it began, from random weights, with a readout fitted in the same way but for the titles. */
  readonly untrained: Uint8Array;
  /** As it began, with a readout fitted in the same way, titles included, where these are learnt. */
  readonly untrainedTitled: Uint8Array | undefined;
  /** As it began, without a readout. */
  readonly pooled: Uint8Array;
}

interface Measuring {
  readonly snapshot: Snapshot;
  readonly rows: readonly PictureRow[];
  readonly plan: Pick<SimilarPlan, 'frame' | 'augmentation'>;
  readonly spec: PictureSpec;
  readonly context: Pick<TrainingContext, 'engine' | 'signal' | 'seed'>;
}

/** How well the test pictures find their like by each encoder and by their pixels; without categories, their views. */
export async function compareEncoders(measuring: Measuring, encoders: Candidates): Promise<Metrics> {
  return hasCategories(measuring.rows) ? byCategories(measuring, encoders) : byViews(measuring, encoders);
}

async function byCategories(measuring: Measuring, encoders: Candidates): Promise<Metrics> {
  const { snapshot, rows, spec, context } = measuring;
  const test = await decodeRows(snapshot, labelledRows(rows, 'test'), spec, context.signal);
  const of = async (encoder: Uint8Array) =>
    retrievalMetrics({ vectors: await vectorsBy(encoder, test.pictures, spec, context), ...truthOf(test.rows) });
  const [learnt, random, plain] = [await of(encoders.trained), await of(encoders.untrained), await of(encoders.pooled)];
  const titled = encoders.untrainedTitled && (await of(encoders.untrainedTitled));
  const pixels = await measurePixels(measuring);
  return {
    ...learnt,
    pixelsPrecisionAt10: pixels.precisionAt10,
    pixelsKnnAccuracy: pixels.knnAccuracy,
    untrainedPrecisionAt10: random.precisionAt10,
    untrainedKnnAccuracy: random.knnAccuracy,
    ...(titled && {
      untrainedTitledPrecisionAt10: titled.precisionAt10,
      untrainedTitledKnnAccuracy: titled.knnAccuracy,
    }),
    untrainedPooledPrecisionAt10: plain.precisionAt10,
    untrainedPooledKnnAccuracy: plain.knnAccuracy,
    examples: test.rows.length,
  };
}

/** Pictures whose views are looked for. */
const VIEWED = 500;

async function byViews(measuring: Measuring, encoders: Candidates): Promise<Metrics> {
  const { snapshot, rows, plan, spec, context } = measuring;
  const asked = evenly(
    rows.filter(({ split }) => split === 'test'),
    VIEWED,
  );
  const { pictures } = await decodeRows(snapshot, asked, spec, context.signal);
  const of = (source: Uint8Array) =>
    withEncoder(source, spec, context, (encoder) => viewAccuracy(encoder, pictures, { ...plan, ...context, spec }));
  const { trained, untrained, untrainedTitled } = encoders;
  return {
    viewAccuracy: await of(trained),
    untrainedViewAccuracy: await of(untrained),
    ...(untrainedTitled && { untrainedTitledViewAccuracy: await of(untrainedTitled) }),
    examples: pictures.length,
  };
}

async function withEncoder<T>(
  source: Uint8Array,
  spec: PictureSpec,
  { engine }: Pick<TrainingContext, 'engine'>,
  use: (encoder: Encoder) => Promise<T>,
): Promise<T> {
  const encoder = await openEncoder(source, spec, engine);
  try {
    return await use(encoder);
  } finally {
    await encoder.close();
  }
}

function vectorsBy(
  source: Uint8Array,
  pictures: readonly Uint8Array[],
  spec: PictureSpec,
  context: Pick<TrainingContext, 'engine' | 'signal'>,
): Promise<Float32Array> {
  return withEncoder(source, spec, context, async (encoder) => {
    const vectors = new Float32Array(pictures.length * encoder.dimension);
    for (let start = 0; start < pictures.length; start += AT_ONCE) {
      await nextTurn();
      context.signal.throwIfAborted();
      vectors.set(await encoder.embed(pictures.slice(start, start + AT_ONCE)), start * encoder.dimension);
    }
    return vectors;
  });
}

/** Training pictures whose principal components are taken. */
const COMPONENTS_OF = 2000;
const COMPONENTS = 128;
/** Side of the pictures whose pixels are compared. */
const PIXELS_SIDE = 64;

/** The principal components of pixels on the test rows: what an encoder has to beat. */
async function measurePixels({
  snapshot,
  rows,
  plan,
  context,
}: Measuring): Promise<ReturnType<typeof retrievalMetrics>> {
  const { frame } = plan;
  const scale = Math.min(1, PIXELS_SIDE / Math.max(frame.width, frame.height));
  const small = { ...frame, width: Math.round(frame.width * scale), height: Math.round(frame.height * scale) };
  const training = evenly(
    rows.filter(({ split }) => split === 'train'),
    COMPONENTS_OF,
  );
  const learnt = await decodeRows(snapshot, training, small, context.signal);
  const test = await decodeRows<LabelledRow>(snapshot, labelledRows(rows, 'test'), small, context.signal);
  const options = { ...context.engine, seed: context.seed, components: COMPONENTS };
  const { mean, axes } = await principalComponents(pixelMatrix(learnt.pictures), options);
  const along = await product(centred(pixelMatrix(test.pictures), mean), transposed(axes), context.engine.threads);
  return retrievalMetrics({ vectors: unitRows(along).data, ...truthOf(test.rows) });
}

function pixelMatrix(pictures: readonly Uint8Array[]): Matrix {
  const columns = pictures[0]?.length ?? 0;
  const data = new Float32Array(pictures.length * columns);
  for (const [i, picture] of pictures.entries()) data.set(picture, i * columns);
  return { rows: pictures.length, columns, data };
}
