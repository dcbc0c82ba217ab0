import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '@vitrine/grad';
import type { AlikePictures } from '../pictures/training-pictures.js';
import type { TrainingContext } from '../task.js';
import type { Matrix } from './algebra/matrix.js';
import type { CachedRow } from './evaluation/choose-readout.js';
import { reciprocalNeighbours } from './reciprocal-neighbours.js';

const FILE = 'alike.bin';

export interface AlikeOptions {
  readonly perPicture: number;
  readonly training: readonly Pick<CachedRow, 'index'>[];
  readonly context: Pick<TrainingContext, 'reporter' | 'engine' | 'signal'>;
  /** Where they are kept for a training that goes on after an interruption. */
  readonly directory: string;
}

/**
 * Which training pictures look alike by the vectors [training × dimension] of the encoder that a training begins with:
 * what that finds by edges and the words of titles, the network learns to find by itself, and then finds more (Dwibedi et
 * al. 2021, With a Little Help from My Friends). Undefined where both views are to be of the same picture.
 */
export async function alikePictures(
  { perPicture, training, context, directory }: AlikeOptions,
  firstVectors: () => Promise<Matrix>,
): Promise<AlikePictures | undefined> {
  if (perPicture === 0) return undefined;
  const file = join(directory, FILE);
  const places = ownPlaces(training.at(-1)!.index + 1, perPicture);
  const bytes = new Uint8Array(places.buffer);
  const kept = await readFile(file).catch(() => undefined);
  if (kept?.length === bytes.length) {
    bytes.set(kept);
    return { perPicture, places };
  }
  context.reporter.log('info', 'Looking for photos that look alike.');
  const options = { ...context.engine, signal: context.signal };
  const near = await reciprocalNeighbours(await firstVectors(), perPicture, options);
  for (const [row, { index }] of training.entries()) {
    for (let i = 0; i < perPicture; i++) {
      places[index * perPicture + i] = training[near[row * perPicture + i]!]!.index;
    }
  }
  await writeFileAtomically(file, [bytes]);
  return { perPicture, places };
}

/** Every picture alike to itself only. */
function ownPlaces(pictures: number, perPicture: number): Int32Array {
  return Int32Array.from({ length: pictures * perPicture }, (_, i) => Math.floor(i / perPicture));
}
