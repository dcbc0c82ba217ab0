import { node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { axesConstant } from '../ops/broadcast.js';
import { intoBlocks, isInBlocks, outOfBlocks } from './channel-blocks.js';

/** Parts joined along an axis to `shape`; along the channels in blocks where one is and all have whole ones. */
export function emitConcat(parts: readonly [Tensor, ...Tensor[]], axis: number, shape: readonly number[]): Tensor {
  const [first] = parts;
  const block = first.graph.channelBlock ?? Number.NaN;
  const join = (tensors: readonly Tensor[]) =>
    node('Concat', tensors as readonly [Tensor, ...Tensor[]], shape, { dtype: first.dtype, attributes: { axis } });
  const inBlocks = axis === 1 && parts.some(isInBlocks) && parts.every((part) => part.shape[1]! % block === 0);
  return inBlocks ? outOfBlocks(join(parts.map(intoBlocks))) : join(parts);
}

export interface Cut {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
}

/** The part of x inside the cuts, of `shape`; of whole blocks of channels in blocks where x is. */
export function emitSlice(x: Tensor, cuts: readonly Cut[], shape: readonly number[]): Tensor {
  const block = x.graph.channelBlock ?? Number.NaN;
  const list = (values: number[]) => axesConstant(x, values);
  const take = (from: Tensor) =>
    node(
      'Slice',
      [from, list(cuts.map((cut) => cut.start)), list(cuts.map((cut) => cut.end)), list(cuts.map((cut) => cut.axis))],
      shape,
      { dtype: x.dtype },
    );
  const whole = cuts.every(({ axis, start, end }) => axis === 1 && start % block === 0 && end % block === 0);
  return whole && isInBlocks(x) ? outOfBlocks(take(intoBlocks(x))) : take(x);
}
