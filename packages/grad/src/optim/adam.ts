import type { Shape } from '../graph/shape.js';
import { add } from '../ops/add.js';
import { div } from '../ops/div.js';
import { mul } from '../ops/mul.js';
import { sqrt } from '../ops/sqrt.js';
import { square } from '../ops/square.js';
import { sub } from '../ops/sub.js';
import { requireBelow } from '../ranges.js';
import type { HostUpdateInputs, Optimizer, UpdateInputs } from './optimizer.js';

export interface AdamOptions {
  /** What the mean of the gradients keeps from step to step, from 0 to below 1. Default 0.9. */
  readonly beta1?: number;
  /** What the mean of their squares keeps, from 0 to below 1. Default 0.999. */
  readonly beta2?: number;
  /** Added to the root of the latter, so that a step stays finite. Default 1e-8. */
  readonly epsilon?: number;
}

export interface AdamWOptions extends AdamOptions {
  /** Fraction of each parameter removed per unit of learning rate. Default 0.01. */
  readonly weightDecay?: number;
  /** Decay 1-d parameters (biases, normalisation) too. Default false. */
  readonly decayVectors?: boolean;
}

/**
 * Adam (Kingma & Ba 2015, algorithm 1), as in PyTorch. A group's weight decay is added to the gradient (L2). Throws
 * `graph` when a number is out of its range.
 */
export function adam(options: AdamOptions = {}): Optimizer {
  return adamRule('adam', options, { decoupled: false, decayOf: () => 0 });
}

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter 2019): the decay is applied to the parameter, not the gradient.
 * Throws `graph` when a number is out of its range.
 */
export function adamW({ weightDecay = 0.01, decayVectors = false, ...options }: AdamWOptions = {}): Optimizer {
  requireBelow(Number.POSITIVE_INFINITY, { weightDecay });
  const decayOf = ({ shape }: { readonly shape: Shape }): number =>
    decayVectors || shape.length > 1 ? weightDecay : 0;
  return adamRule('adamw', options, { decoupled: true, decayOf });
}

interface Decay {
  readonly decoupled: boolean;
  readonly decayOf: (parameter: { readonly shape: Shape }) => number;
}

/**
 * The slots hold the moments divided by 1 − β, so that each is moved on by one product less; at the size of a network
 * every pass over the parameters counts. With M = m/(1 − β₁) and V = v/(1 − β₂), PyTorch's step
 * lr · (m / bias₁) / (√v / √bias₂ + ε) is `rate` · M / (√V + `epsilon`).
 */
function adamRule(name: string, options: AdamOptions, { decoupled, decayOf }: Decay): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  requireBelow(1, { beta1, beta2 });
  requireBelow(Number.POSITIVE_INFINITY, { epsilon });
  return {
    name,
    slots: ['mean', 'square'],
    scalars: (step) => {
      const rootScale = Math.sqrt((1 - beta2) / (1 - beta2 ** step));
      return { rate: (1 - beta1) / (1 - beta1 ** step) / rootScale, epsilon: epsilon / rootScale };
    },
    update({ parameter, gradient, slots, scalars, weightDecay = decayOf(parameter) }: UpdateInputs) {
      const lr = scalars.lr!;
      const g = weightDecay === 0 || decoupled ? gradient : add(gradient, mul(parameter, weightDecay));
      const kept = sub(parameter.graph.constant(1), mul(lr, weightDecay));
      const decayed = weightDecay === 0 || !decoupled ? parameter : mul(parameter, kept);
      const mean = add(mul(slots.mean!, beta1), g);
      const second = add(mul(slots.square!, beta2), square(g));
      const direction = div(mean, add(sqrt(second), scalars.epsilon!));
      const step = mul(direction, mul(lr, scalars.rate!));
      return { parameter: sub(decayed, step), slots: { mean, square: second } };
    },
    updateOnHost(inputs: HostUpdateInputs) {
      const { memory, length, parameter, gradient, slots, scalars, weightDecay = decayOf(inputs) } = inputs;
      const lr = scalars.lr!;
      if (weightDecay !== 0 && decoupled) memory.axpy(parameter, parameter, length, -lr * weightDecay);
      if (weightDecay !== 0 && !decoupled) memory.axpy(gradient, parameter, length, weightDecay);
      const rate = Math.fround(lr) * Math.fround(scalars.rate!);
      const places = [parameter, gradient, slots.mean!, slots.square!] as const;
      memory.adam(...places, length, beta1, 1, beta2, 1, rate, 1, scalars.epsilon!);
    },
  };
}
