import { setImmediate as nextTurn } from 'node:timers/promises';
import { VitrineError } from '../errors.js';
import { retrievalMetrics } from '../metrics/retrieval.js';
import { decodePicture } from '../pictures/decode.js';
import type { PictureFrame, PictureSpec } from '../pictures/picture.js';
import { sourceOf } from '../pictures/picture-cache.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { TrainingContext } from '../task.js';
import type { SimilarPlan } from './config.js';
import { type Encoder, openEncoder } from './encoder.js';
import { type LabelledRow, labelledRows, type PictureRow, truthOf } from './pictures.js';
import { principalVectors } from './principal-vectors.js';

const AT_ONCE = 64;

/** Pictures of rows, decoded to a frame. */
export interface Decoded<Row extends PictureRow = LabelledRow> {
  readonly rows: readonly Row[];
  readonly pictures: readonly Uint8Array[];
}

/** Decodes pictures of a snapshot; rows whose picture is broken are left out. */
export async function decodeRows<Row extends PictureRow>(
  snapshot: Snapshot,
  rows: readonly Row[],
  frame: PictureFrame,
  signal?: AbortSignal,
): Promise<Decoded<Row>> {
  const decoded: { row: Row; picture: Uint8Array }[] = [];
  for (let start = 0; start < rows.length; start += AT_ONCE) {
    signal?.throwIfAborted();
    const chunk = rows.slice(start, start + AT_ONCE).map(async (row) => {
      try {
        return [{ row, picture: await decodePicture(sourceOf(row.image, await snapshot.image(row.image)), frame) }];
      } catch (error) {
        if (error instanceof VitrineError) return [];
        throw error;
      }
    });
    decoded.push(...(await Promise.all(chunk)).flat());
  }
  return { rows: decoded.map(({ row }) => row), pictures: decoded.map(({ picture }) => picture) };
}

/** How well an encoder's vectors let pictures of a kind find each other. Throws what `signal` was aborted with. */
export async function measureEncoder(
  source: Uint8Array | string,
  spec: PictureSpec,
  { rows, pictures }: Decoded,
  { threads, signal }: Pick<TrainingContext, 'threads' | 'signal'>,
): Promise<{ precisionAt10: number; knnAccuracy: number }> {
  const encoder = await openEncoder(source, spec, { threads });
  try {
    return retrievalMetrics({ vectors: await embedAll(encoder, pictures, signal), ...truthOf(rows) });
  } finally {
    await encoder.close();
  }
}

async function embedAll(encoder: Encoder, pictures: readonly Uint8Array[], signal: AbortSignal): Promise<Float32Array> {
  const vectors = new Float32Array(pictures.length * encoder.dimension);
  for (let start = 0; start < pictures.length; start += AT_ONCE) {
    await nextTurn();
    signal.throwIfAborted();
    vectors.set(await encoder.embed(pictures.slice(start, start + AT_ONCE)), start * encoder.dimension);
  }
  return vectors;
}

/** Training pictures whose principal components are taken. */
const COMPONENTS_OF = 1000;
/** Side of the pictures whose pixels are compared. */
const PIXELS_SIDE = 64;

/** The principal components of pixels on the test rows: what an encoder has to beat. */
export async function measurePixels(
  snapshot: Snapshot,
  rows: readonly PictureRow[],
  { frame }: Pick<SimilarPlan, 'frame'>,
  { seed, signal }: Pick<TrainingContext, 'seed' | 'signal'>,
): Promise<{ precisionAt10: number; knnAccuracy: number }> {
  const scale = Math.min(1, PIXELS_SIDE / Math.max(frame.width, frame.height));
  const small = { ...frame, width: Math.round(frame.width * scale), height: Math.round(frame.height * scale) };
  const training = rows.filter(({ split }) => split === 'train').slice(0, COMPONENTS_OF);
  const learnt = await decodeRows(snapshot, training, small, signal);
  const test = await decodeRows(snapshot, labelledRows(rows, 'test'), small, signal);
  const vectors = principalVectors(learnt.pictures, test.pictures, seed);
  return retrievalMetrics({ vectors, ...truthOf(test.rows) });
}
