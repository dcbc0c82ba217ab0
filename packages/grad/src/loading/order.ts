import { createRandom } from '../random.js';

/**
 * The order of an epoch: a permutation of the given examples, or of 0 … count − 1, that depends on them, seed and epoch
 * alone.
 */
export function epochOrder(examples: number | Iterable<number>, seed: number, epoch: number): Int32Array {
  const all = typeof examples === 'number' ? Array(examples).keys() : examples;
  return createRandom(seed, 'order', epoch).shuffle(Int32Array.from(all));
}
