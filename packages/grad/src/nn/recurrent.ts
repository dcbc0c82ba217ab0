import { GradError } from '../errors.js';
import { node } from '../graph/node.js';
import { formatShape, sameShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { cast } from '../ops/cast.js';
import { concat } from '../ops/concat.js';
import { matmul } from '../ops/matmul.js';
import { mul } from '../ops/mul.js';
import { reshape } from '../ops/reshape.js';
import { select } from '../ops/select.js';
import { slice } from '../ops/slice.js';
import { sub } from '../ops/sub.js';
import { requireCounts } from '../ranges.js';

export interface RecurrentOptions {
  /** Width H of the hidden state, per direction. */
  readonly size: number;
  /** Layers, each over the states of the one below. Default 1. */
  readonly layers?: number;
  /** Also from the last step to the first, beside the way forward. Default false. */
  readonly bidirectional?: boolean;
  /**
   * int32 lengths [N] of the sequences, one above T counting as T; what lies beyond may be any numbers. Default: all
   * have the full length.
   */
  readonly lengths?: Tensor;
}

export interface RecurrentResult {
  /** The top layer at every step [N, T, H], or [N, T, 2H] forward beside backward; zero beyond a sequence's end. */
  readonly sequence: Tensor;
  /** The top layer's state after the whole sequence, [N, H] or [N, 2H]; zero for a sequence of length 0. */
  readonly final: Tensor;
}

/** Where sequences have ended. */
interface Padding {
  /** [N, T, gates · size]: added to gates before their activation, it forces them shut (−1) or open (1) after the end. */
  gates(signs: readonly number[], size: number): Tensor;
}

interface Direction {
  readonly reverse: boolean;
  readonly padding: Padding | undefined;
}

/** One layer in one direction: x [N, T, D] → hidden states [N, T, H]. `suffix` ends the names of its parameters. */
type Layer = (x: Tensor, suffix: string, direction: Direction) => Tensor;

/** Far enough for a sigmoid to be 0 or 1 in float32. */
const FORCED = 1e4;

/**
 * Stacks layers of a recurrent network in one or both directions over sequences of given lengths. Throws `shape` or
 * `dtype` when x or the lengths do not fit, `graph` when there is no state or no layer.
 */
export function recurrent(x: Tensor, options: RecurrentOptions, layer: Layer): RecurrentResult {
  requireFitting(x, options);
  const { layers = 1, bidirectional = false } = options;
  const [batch = 0, time = 0] = x.shape;
  const lengths = options.lengths && atMost(options.lengths, time);
  const inside = lengths && reshape(before(lengths, time, 'Less'), [batch, time, 1]);
  const padding = inside && paddingOf(inside);
  const run = (input: Tensor, suffix: string, reverse: boolean): RecurrentResult => {
    const hidden = layer(input, suffix, { reverse, padding });
    const sequence = inside ? mul(hidden, inside) : hidden;
    return { sequence, final: reverse ? at(sequence, 0) : lastOf(sequence, lengths) };
  };
  const inputs = inside ? select(x, inside, 0) : x;
  let result: RecurrentResult = { sequence: inputs, final: at(inputs, time - 1) };
  for (let index = 0; index < layers; index++) {
    const input = result.sequence;
    result = run(input, `l${index}`, false);
    if (!bidirectional) continue;
    const back = run(input, `l${index}_reverse`, true);
    result = { sequence: concat([result.sequence, back.sequence], 2), final: concat([result.final, back.final], 1) };
  }
  return result;
}

function requireFitting(x: Tensor, { size, layers = 1, lengths }: RecurrentOptions): void {
  const [batch = 0, time, features] = x.shape;
  if (x.shape.length !== 3 || !time || !features) {
    throw new GradError('shape', `Recurrent layers take x [N, T, D] with a step or more, not ${formatShape(x.shape)}.`);
  }
  if (lengths && !sameShape(lengths.shape, [batch])) {
    throw new GradError('shape', `The lengths must be [${batch}], not ${formatShape(lengths.shape)}.`);
  }
  if (lengths && lengths.dtype !== 'int32') {
    throw new GradError('dtype', `The lengths must be int32, not ${lengths.dtype}.`);
  }
  requireCounts('graph', { size, layers });
}

function atMost(lengths: Tensor, time: number): Tensor {
  return node('Min', [lengths, lengths.graph.constant(time, [], 'int32')], lengths.shape, { dtype: 'int32' });
}

/** The state at the last step inside each sequence [N, T, H] → [N, H]. */
function lastOf(sequence: Tensor, lengths: Tensor | undefined): Tensor {
  const [batch, time, size] = sequence.shape as [number, number, number];
  if (!lengths) return at(sequence, time - 1);
  const one = lengths.graph.constant(1, [], 'int32');
  const isLast = before(sub(lengths, one), time, 'Equal');
  return reshape(matmul(reshape(isLast, [batch, 1, time]), sequence), [batch, size]);
}

function at(sequence: Tensor, step: number): Tensor {
  const [batch, , size] = sequence.shape as [number, number, number];
  return reshape(slice(sequence, { 1: [step, step + 1] }), [batch, size]);
}

/** int32 lengths [N] → float32 [N, time], 1 where the place is `Less` than or `Equal` to the length. */
function before(lengths: Tensor, time: number, comparison: 'Less' | 'Equal'): Tensor {
  const [batch = 0] = lengths.shape;
  const places = lengths.graph.constant(Int32Array.from({ length: time }, (_, t) => t));
  const column = reshape(lengths, [batch, 1]);
  return cast(node(comparison, [places, column], [batch, time], { dtype: 'bool' }), 'float32');
}

function paddingOf(inside: Tensor): Padding {
  const outside = sub(inside.graph.constant(1), inside);
  return {
    gates(signs, size) {
      const forced = Float32Array.from(
        { length: signs.length * size },
        (_, i) => FORCED * signs[Math.floor(i / size)]!,
      );
      return mul(outside, inside.graph.constant(forced));
    },
  };
}
