import { node } from '../graph/node.js';
import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from '../ops/add.js';
import { mul } from '../ops/mul.js';
import { reshape } from '../ops/reshape.js';
import { prefersBlocked } from './blocked-conv.js';
import type { ConvGeometry } from './conv-geometry.js';
import { batchInnermost, batchOutermost } from './innermost.js';
import { surround } from './window.js';

/** How many columns per channel are worth gathering; where they can be convolved in blocks, one. */
const COLUMNS_PER_CHANNEL = 4;

/**
 * Convolutions whose weights outweigh their pictures, as three products of matrices (Chellapilla et al. 2006). The
 * weight [K, C·taps] takes part as it is, in the forward product and both gradients, so it is never rearranged; the
 * columns [C·taps, OH·OW·N] are gathered from the small picture, with the batch innermost so that whole rows move.
 */
export function prefersGathered(x: Tensor, g: ConvGeometry): boolean {
  const { batch, inChannels, outChannels, output, stride, kernel, groups } = g;
  const columns = sizeOf(output) * batch;
  const channels = Math.max(inChannels, outChannels);
  const strided = stride[0] * stride[1] > 1;
  return (
    groups === 1 &&
    batch > 1 &&
    (kernel[0] * kernel[1] > 1 || strided) &&
    columns <= COLUMNS_PER_CHANNEL * channels &&
    (strided || columns <= channels || !prefersBlocked(x, g))
  );
}

/** The convolution x * weight (+ bias). */
export function gatheredConv(x: Tensor, weight: Tensor, bias: Tensor | undefined, g: ConvGeometry): Tensor {
  const rows = weightRows(weight);
  const columns = columnsOf(x, g);
  const shift = bias && reshape(bias, [g.outChannels, 1]);
  const y = node('Gemm', [rows, columns, shift], [g.outChannels, columns.shape[1]!]);
  return batchOutermost(reshape(y, [g.outChannels, ...g.output, g.batch]));
}

/** The gradient of its weight: dy · columnsᵀ. */
export function gatheredWeightGradient(x: Tensor, dy: Tensor, g: ConvGeometry): Tensor {
  const columns = columnsOf(x, g);
  const gradient = reshape(batchInnermost(dy), [g.outChannels, columns.shape[1]!]);
  const product = node('Gemm', [gradient, columns], [g.outChannels, columns.shape[0]!], { attributes: { transB: 1 } });
  return reshape(product, [g.outChannels, g.inChannels, ...g.kernel]);
}

/**
 * The gradient of its input: weightᵀ · dy has one row per channel and tap, of which every position of the picture adds
 * up those whose windows reach it.
 */
export function gatheredInputGradient(dy: Tensor, weight: Tensor, g: ConvGeometry): Tensor {
  const rows = weightRows(weight);
  const [columns, taps] = [sizeOf(g.output) * g.batch, sizeOf(g.kernel)];
  const gradient = reshape(batchInnermost(dy), [g.outChannels, columns]);
  const product = node('Gemm', [rows, gradient], [g.inChannels * taps, columns], { attributes: { transA: 1 } });
  const spread = reshape(product, [g.inChannels, taps * sizeOf(g.output), g.batch]);
  const parts = contributions(g).map((places) => pickKnown(spread, places));
  return batchOutermost(reshape(parts.reduce(add), [g.inChannels, ...g.input, g.batch]));
}

function weightRows(weight: Tensor): Tensor {
  return reshape(weight, [weight.shape[0]!, sizeOf(weight.shape.slice(1))]);
}

const gathered = new WeakMap<Tensor, Map<string, Tensor>>();

/** The columns [C·taps, OH·OW·N] of x, gathered once for the forward product and the weight's gradient. */
function columnsOf(x: Tensor, g: ConvGeometry): Tensor {
  const known = gathered.get(x) ?? new Map<string, Tensor>();
  gathered.set(x, known);
  const key = JSON.stringify([g.kernel, g.stride, g.padding, g.dilation]);
  const columns = known.get(key) ?? gatherColumns(x, g);
  known.set(key, columns);
  return columns;
}

function gatherColumns(x: Tensor, g: ConvGeometry): Tensor {
  const { inChannels, input, batch } = g;
  const area = sizeOf(input);
  const picture = reshape(batchInnermost(x), [inChannels, area, batch]);
  const positions = tapPositions(g).flatMap((perWindow) => perWindow.map((position) => position ?? area));
  const columns = pick(surround(picture, [0, 0, 0], [0, positions.includes(area) ? 1 : 0, 0]), positions);
  return reshape(columns, [inChannels * sizeOf(g.kernel), sizeOf(g.output) * batch]);
}

/** Per tap and window the position of the picture it sees, row by row; undefined in the padding. */
function tapPositions({ input, output, kernel, stride, padding, dilation }: ConvGeometry): (number | undefined)[][] {
  const [height, width] = input;
  return [...grid(kernel)].map(([row, column]) =>
    [...grid(output)].map(([down, across]) => {
      const y = down * stride[0] + row * dilation[0] - padding[0];
      const x = across * stride[1] + column * dilation[1] - padding[1];
      return y >= 0 && y < height && x >= 0 && x < width ? y * width + x : undefined;
    }),
  );
}

/** The other way round: lists of at most one place (tap, window) per position, which hold all of them together. */
function contributions(g: ConvGeometry): (number | undefined)[][] {
  const area = sizeOf(g.output);
  const perPosition = Array.from({ length: sizeOf(g.input) }, (): number[] => []);
  tapPositions(g).forEach((windows, tap) => {
    windows.forEach((position, window) => {
      if (position !== undefined) perPosition[position]!.push(tap * area + window);
    });
  });
  const most = perPosition.reduce((longest, { length }) => Math.max(longest, length), 1);
  return Array.from({ length: most }, (_, i) => perPosition.map((places) => places[i]));
}

function* grid([height, width]: readonly [number, number]): Generator<[number, number]> {
  for (let row = 0; row < height; row++) for (let column = 0; column < width; column++) yield [row, column];
}

/** x [C, P, N] at the positions given: [C, positions, N]. */
function pick(x: Tensor, positions: readonly number[]): Tensor {
  const [channels, , batch] = x.shape as [number, number, number];
  const indices = x.graph.constant(Int32Array.from(positions));
  return node('Gather', [x, indices], [channels, positions.length, batch], { attributes: { axis: 1 } });
}

/** The same with zeros where no position is given. */
function pickKnown(x: Tensor, positions: readonly (number | undefined)[]): Tensor {
  const picked = pick(
    x,
    positions.map((position) => position ?? 0),
  );
  if (!positions.includes(undefined)) return picked;
  const known = Float32Array.from(positions, (position) => (position === undefined ? 0 : 1));
  return mul(picked, x.graph.constant(known, [1, positions.length, 1]));
}
