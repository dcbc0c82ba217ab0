import { createRandom } from '../random.js';

/** The order of an epoch: a permutation of 0 … count − 1 that depends on seed and epoch alone. */
export function epochOrder(count: number, seed: number, epoch: number): Int32Array {
  return createRandom(seed, 'order', epoch).shuffle(Int32Array.from({ length: count }, (_, i) => i));
}
