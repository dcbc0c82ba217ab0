import { node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from '../ops/add.js';
import { cast } from '../ops/cast.js';
import { concat } from '../ops/concat.js';
import { linear } from '../ops/linear.js';
import { lstmRecurrence } from '../ops/lstm.js';
import { mul } from '../ops/mul.js';
import { reshape } from '../ops/reshape.js';
import { slice } from '../ops/slice.js';
import { fanInUniform } from './init.js';
import type { Scope } from './scope.js';

export interface LstmOptions {
  /** Width H of the hidden state, per direction. */
  readonly size: number;
  readonly layers?: number;
  readonly bidirectional?: boolean;
  /** int32 lengths [N] of the sequences. Default: all have the full length. */
  readonly lengths?: Tensor;
}

export interface LstmResult {
  /** The top layer at every step [N, T, H], or [N, T, 2H] forward beside backward; zero beyond a sequence's end. */
  readonly sequence: Tensor;
  /** The top layer's state after the whole sequence, [N, H] or [N, 2H]. */
  readonly final: Tensor;
}

/** An LSTM over x [N, T, D] with PyTorch's parameters: `weight_ih_l0` [4H, D], `weight_hh_l0` [4H, H], `bias_ih_l0`, … */
export function lstm(scope: Scope, x: Tensor, options: LstmOptions): LstmResult {
  const { size, layers = 1, bidirectional = false, lengths } = options;
  const time = x.shape[1] ?? 0;
  const mask = lengths && lengthMask(lengths, time);
  let sequence = x;
  let final: Tensor | undefined;
  for (let layer = 0; layer < layers; layer++) {
    const forward = direction(scope, sequence, size, `l${layer}`, { mask, reverse: false });
    if (bidirectional) {
      const backward = direction(scope, sequence, size, `l${layer}_reverse`, { mask, reverse: true });
      sequence = concat([forward.sequence, backward.sequence], 2);
      final = concat([forward.final, backward.final], 1);
    } else {
      ({ sequence, final } = forward);
    }
  }
  return { sequence, final: final ?? sequence };
}

function direction(
  scope: Scope,
  x: Tensor,
  size: number,
  suffix: string,
  { mask, reverse }: { mask: Tensor | undefined; reverse: boolean },
): LstmResult {
  const [batch = 0, time = 0, features = 0] = x.shape;
  const init = fanInUniform(size);
  const weightInput = scope.parameter(`weight_ih_${suffix}`, [4 * size, features], init);
  const weightHidden = scope.parameter(`weight_hh_${suffix}`, [4 * size, size], init);
  const biasInput = scope.parameter(`bias_ih_${suffix}`, [4 * size], init);
  const biasHidden = scope.parameter(`bias_hh_${suffix}`, [4 * size], init);
  const projected = linear(x, weightInput, add(biasInput, biasHidden));
  const hidden = lstmRecurrence(projected, weightHidden, mask ? { mask, reverse } : { reverse });
  const last = reverse ? 0 : time - 1;
  return {
    sequence: mask ? mul(hidden, reshape(mask, [batch, time, 1])) : hidden,
    final: reshape(slice(hidden, { 1: [last, last + 1] }), [batch, size]),
  };
}

/** int32 lengths [N] → float32 [N, time], 1 before the end of a sequence. */
function lengthMask(lengths: Tensor, time: number): Tensor {
  const positions = lengths.graph.constant(Int32Array.from({ length: time }, (_, t) => t));
  const column = reshape(lengths, [lengths.shape[0] ?? 0, 1]);
  return cast(node('Less', [positions, column], [lengths.shape[0] ?? 0, time], { dtype: 'bool' }), 'float32');
}
