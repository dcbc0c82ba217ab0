import { differentiable } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { emitElementwise } from '../lower/elementwise.js';
import { add } from './add.js';
import { mul } from './mul.js';
import { sub } from './sub.js';

/** x · sigmoid(x) (Elfwing et al. 2017), also called swish. */
export function silu(x: Tensor): Tensor {
  const y = emitElementwise('QuickGelu', [x], { domain: 'com.microsoft', attributes: { alpha: { float: 1 } } });
  return differentiable(y, [x], (dy) => {
    const s = emitElementwise('Sigmoid', [x]);
    // d/dx x·s = s + x·s·(1 − s) = s + y·(1 − s)
    return [mul(dy, add(s, sub(y, mul(y, s))))];
  });
}
