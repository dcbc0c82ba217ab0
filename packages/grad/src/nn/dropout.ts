import { GradError } from '../errors.js';
import type { Shape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { mul } from '../ops/mul.js';
import type { Scope } from './scope.js';

export interface DropoutOptions {
  /** Shape of the mask when it should be broadcast, such as [N, 1] to drop whole rows. Default: that of x. */
  readonly maskShape?: Shape;
}

/**
 * Zeroes elements with probability `p` and scales the rest by 1/(1 − p) (Srivastava et al. 2014); identity in
 * inference and in frozen scopes. Masks are drawn on the host from seed and step, so a resumed training repeats them exactly.
 */
export function dropout(scope: Scope, x: Tensor, p: number, { maskShape = x.shape }: DropoutOptions = {}): Tensor {
  if (!(p >= 0 && p < 1)) throw new GradError('graph', `The dropout probability must be in [0, 1), not ${p}.`);
  if (!scope.training || scope.isFrozen() || p === 0) return x;
  const kept = 1 / (1 - p);
  const mask = scope.noise(maskShape, (values, random) => {
    for (let i = 0; i < values.length; i++) values[i] = random.uniform() < p ? 0 : kept;
  });
  return mul(x, mask);
}
