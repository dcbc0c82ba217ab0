import { differentiable } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from './add.js';
import { hardSigmoid } from './hard-sigmoid.js';
import { mul } from './mul.js';
import { square } from './square.js';
import { stepAboveZero } from './step.js';
import { sub } from './sub.js';

/** x · hardSigmoid(x) (Howard et al. 2019); at −3 and 3, where its slope jumps, that of the straight lines beyond. */
export function hardSwish(x: Tensor): Tensor {
  const gate = hardSigmoid(x);
  return differentiable(mul(x, gate), [x], (dy) => {
    // gate + x/6 strictly inside, where x/6 is gate − ½ and gate·(1 − gate) positive: endless x is not multiplied by 0.
    const inside = stepAboveZero(sub(gate, square(gate)));
    return [mul(dy, add(gate, mul(inside, sub(gate, 0.5))))];
  });
}
