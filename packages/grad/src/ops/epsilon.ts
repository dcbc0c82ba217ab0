import { GradError } from '../errors.js';

/** PyTorch's default for what is added to a variance before its root is taken. */
export const EPSILON = 1e-5;

/** Throws `graph` when what is added to a variance is not a finite number from 0. */
export function requireEpsilon(op: string, epsilon: number): void {
  if (!(epsilon >= 0 && epsilon < Number.POSITIVE_INFINITY)) {
    throw new GradError('graph', `${op}: epsilon must be a finite number, 0 or more, not ${epsilon}.`);
  }
}
