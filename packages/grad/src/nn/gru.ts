import type { Tensor } from '../graph/tensor.js';
import { add } from '../ops/add.js';
import { gruRecurrence } from '../ops/gru.js';
import { linear } from '../ops/linear.js';
import { fanInUniform } from './init.js';
import { type RecurrentOptions, type RecurrentResult, recurrent } from './recurrent.js';
import type { Scope } from './scope.js';

/**
 * A GRU over x [N, T, D] with PyTorch's parameters: `weight_ih_l0` [3H, D], `weight_hh_l0` [3H, H], `bias_ih_l0`, …,
 * with `_reverse` for the way back. Throws `shape` or `dtype` when x or the lengths do not fit, `graph` when `size` or
 * `layers` is not 1 or more.
 */
export function gru(scope: Scope, x: Tensor, options: RecurrentOptions): RecurrentResult {
  return recurrent(x, options, (input, suffix, { reverse, padding }) => {
    const { size } = options;
    const init = fanInUniform(size);
    const weightInput = scope.parameter(`weight_ih_${suffix}`, [3 * size, input.shape[2] ?? 0], init);
    const weightHidden = scope.parameter(`weight_hh_${suffix}`, [3 * size, size], init);
    const biasInput = scope.parameter(`bias_ih_${suffix}`, [3 * size], init);
    const biasHidden = scope.parameter(`bias_hh_${suffix}`, [3 * size], init);
    const projected = linear(input, weightInput, biasInput);
    // Beyond the end of a sequence the update gate is open: the state stays what it is.
    const held = padding ? add(projected, padding.gates([0, 1, 0], size)) : projected;
    return gruRecurrence(held, weightHidden, biasHidden, { reverse });
  });
}
