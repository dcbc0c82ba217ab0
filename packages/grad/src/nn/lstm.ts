import type { Tensor } from '../graph/tensor.js';
import { add } from '../ops/add.js';
import { linear } from '../ops/linear.js';
import { lstmRecurrence } from '../ops/lstm.js';
import { fanInUniform } from './init.js';
import { type RecurrentOptions, type RecurrentResult, recurrent } from './recurrent.js';
import type { Scope } from './scope.js';

/**
 * An LSTM over x [N, T, D] with PyTorch's parameters: `weight_ih_l0` [4H, D], `weight_hh_l0` [4H, H], `bias_ih_l0`, …,
 * with `_reverse` for the way back. Throws `shape` or `dtype` when x or the lengths do not fit, `graph` when `size` or
 * `layers` is not 1 or more.
 */
export function lstm(scope: Scope, x: Tensor, options: RecurrentOptions): RecurrentResult {
  return recurrent(x, options, (input, suffix, { reverse, padding }) => {
    const { size } = options;
    const init = fanInUniform(size);
    const weightInput = scope.parameter(`weight_ih_${suffix}`, [4 * size, input.shape[2] ?? 0], init);
    const weightHidden = scope.parameter(`weight_hh_${suffix}`, [4 * size, size], init);
    const biasInput = scope.parameter(`bias_ih_${suffix}`, [4 * size], init);
    const biasHidden = scope.parameter(`bias_hh_${suffix}`, [4 * size], init);
    const projected = linear(input, weightInput, add(biasInput, biasHidden));
    // Beyond the end of a sequence the input gate is shut and the forget gate open: the cell stays what it is.
    const held = padding ? add(projected, padding.gates([-1, 1, 0, 0], size)) : projected;
    return lstmRecurrence(held, weightHidden, { reverse });
  });
}
