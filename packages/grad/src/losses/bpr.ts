import type { Tensor } from '../graph/tensor.js';
import { mean } from '../ops/mean.js';
import { softplus } from '../ops/softplus.js';
import { sub } from '../ops/sub.js';

/**
 * Bayesian personalised ranking (Rendle et al. 2009): mean of −log σ(preferred − other) for the scores of items a user
 * chose and of items the user did not. The shapes broadcast: [N, 1] against [N, M] compares with M others each.
 */
export function bprLoss(preferred: Tensor, other: Tensor): Tensor {
  return mean(softplus(sub(other, preferred)));
}
