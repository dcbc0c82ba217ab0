import { createRandom } from '@vitrine/grad';

/** Numbers in [0, 1), the same at each start. */
export function uniform(count: number): Float32Array {
  const random = createRandom(1, 'bench');
  return Float32Array.from({ length: count }, () => random.uniform());
}

/** Whole numbers below `limit`, small ones more often, as words are: the cube of a uniform number, scaled. */
export function words(count: number, limit: number): Int32Array {
  return Int32Array.from(uniform(count), (value) => Math.floor(limit * value ** 3));
}
