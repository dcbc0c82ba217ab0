import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type NamedArray, writeFileAtomically } from '@vitrine/grad';
import type { AlikePictures } from '../pictures/training-pictures.js';
import type { TrainingContext } from '../task.js';
import type { Matrix } from './algebra/matrix.js';
import { exportEncoder, openEncoder } from './encoder.js';
import { picturesOf, type Validated } from './evaluation/choose-readout.js';
import type { Readout } from './readout.js';
import { reciprocalNeighbours } from './reciprocal-neighbours.js';

/** The encoder that a training begins with. */
interface FirstEncoder {
  readonly weights: ReadonlyMap<string, NamedArray>;
  readonly readout: Readout;
}

interface Run extends Validated {
  readonly context: Validated['context'] & Pick<TrainingContext, 'signal'>;
  /** Where they are kept for a training that goes on after an interruption. */
  readonly directory: string;
}

const FILE = 'alike.bin';
const AT_ONCE = 1024;

/**
 * Which training pictures look alike to the encoder that a training begins with: what that finds by edges and the words
 * of titles, the network learns to find by itself, and then finds more (Dwibedi et al. 2021, With a Little Help from My
 * Friends). Undefined where both views are to be of the same picture.
 */
export async function alikePictures(run: Run, first: () => Promise<FirstEncoder>): Promise<AlikePictures | undefined> {
  const { plan, training, context, directory } = run;
  const each = Math.min(plan.alike, training.length - 1);
  if (each === 0) return undefined;
  const file = join(directory, FILE);
  const places = Int32Array.from({ length: each * (training.at(-1)!.index + 1) }, (_, i) => Math.floor(i / each));
  const bytes = new Uint8Array(places.buffer);
  const kept = await readFile(file).catch(() => undefined);
  if (kept?.length === bytes.length) {
    bytes.set(kept);
    return { each, places };
  }
  context.reporter.log('info', 'Looking for photos that look alike.');
  const vectors = await vectorsOf(run, await first());
  const near = await reciprocalNeighbours(vectors, each, { ...context.engine, signal: context.signal });
  for (const [i, other] of near.entries()) {
    places[training[Math.floor(i / each)]!.index * each + (i % each)] = training[other]!.index;
  }
  await writeFileAtomically(file, [bytes]);
  return { each, places };
}

async function vectorsOf(
  { plan, spec, cache, training, context }: Run,
  { weights, readout }: FirstEncoder,
): Promise<Matrix> {
  const encoder = await openEncoder(exportEncoder(plan, weights, readout), spec, context.engine);
  try {
    const data = new Float32Array(training.length * encoder.dimension);
    for (let start = 0; start < training.length; start += AT_ONCE) {
      context.signal.throwIfAborted();
      const pictures = picturesOf(cache, training.slice(start, start + AT_ONCE));
      data.set(await encoder.embed(pictures), start * encoder.dimension);
    }
    return { rows: training.length, columns: encoder.dimension, data };
  } finally {
    await encoder.close();
  }
}
