import type { Tensor } from '../graph/tensor.js';
import { add } from '../ops/add.js';
import { div } from '../ops/div.js';
import { mul } from '../ops/mul.js';
import { stepAboveZero } from '../ops/step.js';
import { sub } from '../ops/sub.js';
import { requireBelow } from '../ranges.js';
import { globalNorm } from './clip.js';
import type { Optimizer } from './optimizer.js';

export interface LarsOptions {
  /** Default 0.9. */
  readonly momentum?: number;
  /** L2 penalty added to the gradient of parameters with two or more axes. Default 1e-6. */
  readonly weightDecay?: number;
  /** How far a parameter moves, as a fraction of its norm, at learning rate 1. Default 0.001. */
  readonly trust?: number;
}

/**
 * Layer-wise adaptive rates (You et al. 2017) as SimCLR uses them for large batches: every parameter with two or more
 * axes has its gradient g (with the penalty) scaled by trust · ‖p‖ / ‖g‖, or not at all where one of them is zero; others,
 * biases and those of normalisation, learn as with plain momentum. v ← μ·v + lr·scale·g; p ← p − v. Throws `graph` when
 * a number is out of its range.
 */
export function lars({ momentum = 0.9, weightDecay: usual = 1e-6, trust = 0.001 }: LarsOptions = {}): Optimizer {
  requireBelow(1, { momentum });
  requireBelow(Number.POSITIVE_INFINITY, { weightDecay: usual, trust });
  return {
    name: 'lars',
    slots: ['momentum'],
    scalars: () => ({}),
    update({ parameter, gradient, slots, scalars, weightDecay: own }) {
      const adapts = parameter.shape.length > 1;
      const decay = own ?? (adapts ? usual : 0);
      const g = decay === 0 ? gradient : add(gradient, mul(parameter, decay));
      const rate = adapts ? mul(scalars.lr!, trustRatio(parameter, g, trust)) : scalars.lr!;
      const velocity = add(mul(slots.momentum!, momentum), mul(g, rate));
      return { parameter: sub(parameter, velocity), slots: { momentum: velocity } };
    },
  };
}

/** trust · ‖p‖ / ‖g‖, or 1 where one of the norms is zero. */
function trustRatio(parameter: Tensor, gradient: Tensor, trust: number): Tensor {
  const [p, g] = [globalNorm([parameter]), globalNorm([gradient])];
  const one = parameter.graph.constant(1);
  const moves = stepAboveZero(g);
  const both = mul(stepAboveZero(p), moves);
  // Without a gradient the denominator is 1, so that what the product with zero drops is finite.
  const ratio = div(mul(p, trust), add(g, sub(one, moves)));
  return add(mul(both, ratio), sub(one, both));
}
