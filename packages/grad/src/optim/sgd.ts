import type { Shape } from '../graph/shape.js';
import { add } from '../ops/add.js';
import { mul } from '../ops/mul.js';
import { sub } from '../ops/sub.js';
import { requireBelow } from '../ranges.js';
import type { HostUpdateInputs, Optimizer } from './optimizer.js';

export interface SgdOptions {
  /** What the velocity keeps from step to step, from 0 to below 1. Default 0. */
  readonly momentum?: number;
  /** Look ahead by the velocity (Nesterov). Default false. */
  readonly nesterov?: boolean;
  /** L2 penalty added to the gradient of parameters with two or more axes. Default 0. */
  readonly weightDecay?: number;
  /** Decay 1-d parameters (biases, normalisation) too. Default false. */
  readonly decayVectors?: boolean;
}

/**
 * Stochastic gradient descent with momentum as in PyTorch: v ← μ·v + g; p ← p − lr·v, or p − lr·(g + μ·v) for Nesterov.
 * Throws `graph` when a number is out of its range.
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  const { momentum = 0, nesterov = false, weightDecay = 0, decayVectors = false } = options;
  requireBelow(1, { momentum });
  requireBelow(Number.POSITIVE_INFINITY, { weightDecay });
  const decayOf = ({ shape }: { readonly shape: Shape }) => (decayVectors || shape.length > 1 ? weightDecay : 0);
  return {
    name: 'sgd',
    slots: momentum === 0 ? [] : ['momentum'],
    scalars: () => ({}),
    update({ parameter, gradient, slots, scalars, weightDecay: decay = decayOf(parameter) }) {
      const g = decay !== 0 ? add(gradient, mul(parameter, decay)) : gradient;
      if (momentum === 0) return { parameter: sub(parameter, mul(g, scalars.lr!)), slots: {} };
      const velocity = add(mul(slots.momentum!, momentum), g);
      const direction = nesterov ? add(g, mul(velocity, momentum)) : velocity;
      return { parameter: sub(parameter, mul(direction, scalars.lr!)), slots: { momentum: velocity } };
    },
    ...(nesterov ? {} : { updateOnHost }),
  };

  function updateOnHost(inputs: HostUpdateInputs): void {
    const { memory, length, parameter, gradient, slots, scalars, weightDecay: decay = decayOf(inputs) } = inputs;
    if (decay !== 0) memory.axpy(gradient, parameter, length, decay);
    if (momentum !== 0) {
      memory.axpy(gradient, slots.momentum!, length, momentum);
      memory.floats(slots.momentum!, length).set(memory.floats(gradient, length));
    }
    memory.axpy(parameter, gradient, length, -scalars.lr!);
  }
}
