import { node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { axesConstant } from '../ops/broadcast.js';
import { intoBlocks, isInBlocks, outOfBlocks } from './channel-blocks.js';

/** Parts joined along an axis; along the channels in blocks where one is and all have whole ones. */
export function emitConcat(parts: readonly Tensor[], axis: number): Tensor {
  const block = parts[0]!.graph.channelBlock ?? Number.NaN;
  const inBlocks = axis === 1 && parts.some(isInBlocks) && parts.every((part) => part.shape[1]! % block === 0);
  return inBlocks ? outOfBlocks(joined(parts.map(intoBlocks), axis)) : joined(parts, axis);
}

/** Parts that one operator takes or gives on a graphics processor: WebGPU promises it eight buffers. */
const MANY = 7;

function joined(parts: readonly Tensor[], axis: number): Tensor {
  const { graph, shape, dtype } = parts[0]!;
  if (graph.portable && parts.length > MANY) {
    const runs = Array.from({ length: Math.ceil(parts.length / MANY) }, (_, i) =>
      joined(parts.slice(MANY * i, MANY * (i + 1)), axis),
    );
    return joined(runs, axis);
  }
  const length = parts.reduce((total, part) => total + part.shape[axis]!, 0);
  const whole = shape.map((size, i) => (i === axis ? length : size));
  return node('Concat', parts as readonly [Tensor, ...Tensor[]], whole, { dtype, attributes: { axis } });
}

/** x in `count` equal parts along an axis. */
export function emitSplit(x: Tensor, count: number, axis: number): Tensor[] {
  let run = 1;
  while (x.graph.portable && run * MANY < count) run *= MANY;
  const counts = Array.from({ length: Math.ceil(count / run) }, (_, i) => Math.min(run, count - run * i));
  const sizes = counts.map((parts) => (parts * x.shape[axis]!) / count);
  const outputs = sizes.map((size) => ({
    shape: x.shape.map((full, i) => (i === axis ? size : full)),
    dtype: x.dtype,
  }));
  if (run === 1) return x.graph.append('Split', [x], outputs, { attributes: { axis, num_outputs: count } });
  const runs = x.graph.append('Split', [x, axesConstant(x, sizes)], outputs, { attributes: { axis } });
  return runs.flatMap((part, i) => emitSplit(part, counts[i]!, axis));
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
