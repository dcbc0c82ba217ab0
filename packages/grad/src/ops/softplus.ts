import { differentiable, node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { mul } from './mul.js';
import { sigmoid } from './sigmoid.js';

/** log(1 + eˣ) = −log sigmoid(−x), computed without overflow. */
export function softplus(x: Tensor): Tensor {
  return differentiable(node('Softplus', [x], x.shape), [x], (dy) => [mul(dy, sigmoid(x))]);
}
