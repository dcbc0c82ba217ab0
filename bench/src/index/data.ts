import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createRandom } from '@vitrine/grad';

/** Length of a vector's own part where that of its cluster's centre is 1: neighbours are then spread over clusters. */
export const NOISE = 1.5;
export const CLUSTER_SIZE = 100;
const BATCH = 1000;

/**
 * Writes unit vectors scattered around random centres, one after the other as float32.
 * @param part another part of the same world: the centres are those of the seed
 */
export async function writeClustered(
  file: string,
  { count, dimension, clusters, part }: { count: number; dimension: number; clusters: number; part: string },
): Promise<void> {
  const world = createRandom(1, 'centres');
  const centres = Float32Array.from({ length: clusters * dimension }, () => world.normal());
  const random = createRandom(1, part);
  const batches = function* () {
    for (let done = 0; done < count; done += BATCH) {
      const vectors = new Float32Array(Math.min(BATCH, count - done) * dimension);
      for (let start = 0; start < vectors.length; start += dimension) {
        const centre = random.integer(clusters) * dimension;
        let square = 0;
        for (let place = 0; place < dimension; place++) {
          const value = (centres[centre + place] as number) + NOISE * random.normal();
          vectors[start + place] = value;
          square += value * value;
        }
        const length = Math.sqrt(square);
        for (let place = 0; place < dimension; place++) vectors[start + place]! /= length;
      }
      yield new Uint8Array(vectors.buffer);
    }
  };
  await pipeline(Readable.from(batches(), { objectMode: false }), createWriteStream(file));
}

/** @returns the vectors of a file that `writeClustered` wrote */
export async function readVectors(file: string, dimension: number): Promise<Float32Array[]> {
  const all = new Float32Array(Uint8Array.from(await readFile(file)).buffer);
  return Array.from({ length: all.length / dimension }, (_, row) =>
    all.subarray(row * dimension, (row + 1) * dimension),
  );
}
