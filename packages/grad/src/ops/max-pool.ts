import { differentiable } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { blockedMaxPool, prefersBlockedMaxPool } from '../lower/blocked-max-pool.js';
import { emitMaxPool } from '../lower/max-pool.js';
import { isHalving, maxPoolGradient } from '../lower/max-pool-gradient.js';
import { type PoolOptions, poolGeometry } from '../lower/pool-geometry.js';
import { max } from './max.js';

/**
 * The largest value of each window of x [N, C, H, W]. The gradient goes to the maximum, of tied ones to one; only where
 * windows do not overlap to every tied one, which makes no difference after ReLU, where ties are zeros. A NaN among
 * numbers may be passed over, where PyTorch hands it on.
 */
export function maxPool(x: Tensor, options: PoolOptions): Tensor {
  const geometry = poolGeometry('maxPool', x, options);
  if (prefersBlockedMaxPool(x, geometry)) {
    const { y, gradient } = blockedMaxPool(x);
    return differentiable(y, [x], (dy) => [gradient(dy)]);
  }
  if (isHalving(geometry, 0) && isHalving(geometry, 1) && !x.graph.dynamicBatch) {
    // Columns, then rows: comparing twice with three neighbours takes less than once with nine.
    const columns = maxPool(x, { kernel: [3, 1], stride: [2, 1], padding: [1, 0] });
    return maxPool(columns, { kernel: [1, 3], stride: [1, 2], padding: [0, 1] });
  }
  const y = emitMaxPool(x, geometry);
  return differentiable(y, [x], (dy) => [maxPoolGradient(x, y, dy, geometry)]);
}

/** The largest value over all positions: [N, C, H, W] → [N, C]. Tied maxima share the gradient evenly. */
export function globalMaxPool(x: Tensor): Tensor {
  return max(x, [2, 3]);
}
