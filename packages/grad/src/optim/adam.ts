import type { Tensor } from '../graph/tensor.js';
import { add } from '../ops/add.js';
import { div } from '../ops/div.js';
import { mul } from '../ops/mul.js';
import { sqrt } from '../ops/sqrt.js';
import { square } from '../ops/square.js';
import { sub } from '../ops/sub.js';
import type { Optimizer, UpdateInputs } from './optimizer.js';

export interface AdamOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

export interface AdamWOptions extends AdamOptions {
  /** Fraction of each parameter removed per unit of learning rate. Default 0.01. */
  readonly weightDecay?: number;
  /** Decay 1-d parameters (biases, normalisation) too. Default false. */
  readonly decayVectors?: boolean;
}

/** Adam (Kingma & Ba 2015, algorithm 1), as in PyTorch. */
export function adam(options: AdamOptions = {}): Optimizer {
  return adamRule('adam', options, (parameter) => parameter);
}

/** Adam with decoupled weight decay (Loshchilov & Hutter 2019): the decay is applied to the parameter, not the gradient. */
export function adamW({ weightDecay = 0.01, decayVectors = false, ...options }: AdamWOptions = {}): Optimizer {
  return adamRule('adamw', options, (parameter, lr) =>
    weightDecay !== 0 && (decayVectors || parameter.shape.length > 1)
      ? mul(parameter, sub(parameter.graph.constant(1), mul(lr, weightDecay)))
      : parameter,
  );
}

function adamRule(name: string, options: AdamOptions, decay: (parameter: Tensor, lr: Tensor) => Tensor): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  return {
    name,
    slots: ['mean', 'square'],
    scalars: (step) => ({
      inverseBias1: 1 / (1 - beta1 ** step),
      inverseRootBias2: 1 / Math.sqrt(1 - beta2 ** step),
    }),
    update({ parameter, gradient, slots, scalars }: UpdateInputs) {
      const mean = add(mul(slots.mean!, beta1), mul(gradient, 1 - beta1));
      const second = add(mul(slots.square!, beta2), mul(square(gradient), 1 - beta2));
      const rate = mul(scalars.lr!, scalars.inverseBias1!);
      const deviation = add(mul(sqrt(second), scalars.inverseRootBias2!), epsilon);
      const step = div(mul(mean, rate), deviation);
      return { parameter: sub(decay(parameter, scalars.lr!), step), slots: { mean, square: second } };
    },
  };
}
