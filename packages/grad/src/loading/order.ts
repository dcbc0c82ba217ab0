import { GradError } from '../errors.js';
import { createRandom } from '../random.js';

/**
 * The order of an epoch: a permutation of the given examples, or of 0 … count − 1, that depends on them, seed and epoch
 * alone. Throws `data` for a count that is none.
 */
export function epochOrder(examples: number | Iterable<number>, seed: number, epoch: number): Int32Array {
  if (typeof examples === 'number' && (examples !== (examples | 0) || examples < 0)) {
    throw new GradError('data', `An epoch's examples must be a number from 0 to ${2 ** 31 - 1}, not ${examples}.`);
  }
  const all = typeof examples === 'number' ? Array(examples).keys() : examples;
  return createRandom(seed, 'order', epoch).shuffle(Int32Array.from(all));
}
