import { node } from '../graph/node.js';
import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from '../ops/add.js';
import { mul } from '../ops/mul.js';
import { reshape } from '../ops/reshape.js';
import { type ConvGeometry, unreached } from './conv-geometry.js';
import { repeatPixels } from './repeat.js';
import { cut, surround } from './window.js';

/** Below every number of a picture, and finite, so that products with zero are zero. */
const LOWEST = -3e38;

/** The gradient of a max pool's input x from its output y and the gradient dy, all [N, C, ·, ·]. */
export function maxPoolGradient(x: Tensor, y: Tensor, dy: Tensor, g: ConvGeometry): Tensor {
  const is = (size: readonly number[], value: number): boolean => size.every((each) => each === value);
  if (is(g.padding, 0) && g.kernel[0] === g.stride[0] && g.kernel[1] === g.stride[1])
    return disjointGradient(x, y, dy, g);
  if (is(g.kernel, 3) && is(g.stride, 2) && is(g.padding, 1)) return phaseGradient(x, y, dy, g);
  return indexedGradient(x, dy, g);
}

/** Windows that do not overlap: compare x with y repeated over each window. */
function disjointGradient(x: Tensor, y: Tensor, dy: Tensor, g: ConvGeometry): Tensor {
  const rest = [unreached(g, 0), unreached(g, 1)] as const;
  const reached = cut(cut(x, 2, 0, g.input[0] - rest[0]), 3, 0, g.input[1] - rest[1]);
  const gradient = mul(equal(reached, repeatPixels(y, g.kernel)), repeatPixels(dy, g.kernel));
  return surround(gradient, [0, 0, 0, 0], [0, 0, ...rest]);
}

/**
 * 3×3 at stride 2 with padding 1: window w covers 2w − 1 … 2w + 1, so even positions lie in one window and odd ones in
 * two. Splitting x by parity turns every comparison into one of equally shaped quarters. Rows of two parities lie apart
 * already; columns are sorted, and put back, by a product with a permutation, several times faster than a Transpose.
 */
function phaseGradient(x: Tensor, y: Tensor, dy: Tensor, g: ConvGeometry): Tensor {
  const [height, width] = g.output;
  const even = surround(x, [0, 0, 0, 0], [0, 0, 2 * height - g.input[0], 2 * width - g.input[1]], LOWEST);
  const planes = g.batch * g.inChannels;
  const quarter = [planes, height, width];
  const sorted = product(reshape(even, [planes * 2 * height, 2 * width]), sortingColumns(x, width, false));
  const phases = splitLast(reshape(sorted, [planes, height, 4 * width]), 4);
  // Past the end there is no window: no maximum equals +∞ and no gradient comes from there.
  const maxima = surround(reshape(y, quarter), [0, 0, 0], [0, 1, 1], Infinity);
  const arriving = surround(reshape(dy, quarter), [0, 0, 0], [0, 1, 1]);
  const from = (t: Tensor, down: number, across: number): Tensor =>
    cut(cut(t, 1, down, down + height), 2, across, across + width);
  const gradients = phases.map((phase, parity) => {
    const [downs, acrosses] = [parity >> 1, parity & 1].map((odd) => [0, 1].slice(0, odd + 1));
    const parts = downs!.flatMap((down) =>
      acrosses!.map((across) => mul(equal(phase, from(maxima, down, across)), from(arriving, down, across))),
    );
    return parts.reduce((a, b) => add(a, b));
  });
  const joined = node('Concat', gradients as [Tensor, ...Tensor[]], [planes, height, 4 * width], {
    attributes: { axis: 2 },
  });
  const woven = product(reshape(joined, [planes * 2 * height, 2 * width]), sortingColumns(x, width, true));
  const full = reshape(woven, [g.batch, g.inChannels, 2 * height, 2 * width]);
  return cut(cut(full, 2, 0, g.input[0]), 3, 0, g.input[1]);
}

/** The permutation that puts `half` even columns before as many odd ones, or back. */
function sortingColumns(like: Tensor, half: number, back: boolean): Tensor {
  const size = 2 * half;
  const matrix = new Float32Array(size * size);
  for (let i = 0; i < half; i++) {
    for (const odd of [0, 1]) {
      const [apart, woven] = [odd * half + i, 2 * i + odd];
      matrix[back ? apart * size + woven : woven * size + apart] = 1;
    }
  }
  return like.graph.constant(matrix, [size, size]);
}

function product(rows: Tensor, matrix: Tensor): Tensor {
  return node('MatMul', [rows, matrix], rows.shape);
}

function splitLast(x: Tensor, count: number): Tensor[] {
  const shape = [...x.shape.slice(0, -1), x.shape.at(-1)! / count];
  const outputs = Array.from({ length: count }, () => ({ shape }));
  return x.graph.append('Split', [x], outputs, { attributes: { axis: -1, num_outputs: count } });
}

/** Any other window: the operator's own indices, and a scatter. Slow; ties go to the first maximum. */
function indexedGradient(x: Tensor, dy: Tensor, g: ConvGeometry): Tensor {
  const shape = dy.shape;
  const [, indices] = x.graph.append('MaxPool', [x], [{ shape }, { shape, dtype: 'int64' }], {
    attributes: { kernel_shape: g.kernel, strides: g.stride, pads: [...g.padding, ...g.padding] },
  });
  const zeros = x.graph.constant(new Float32Array(sizeOf(x.shape)));
  const at = reshape(indices!, [sizeOf(shape), 1]);
  const scattered = node('ScatterND', [zeros, at, reshape(dy, [sizeOf(shape)])], zeros.shape, {
    attributes: { reduction: 'add' },
  });
  return reshape(scattered, x.shape);
}

function equal(a: Tensor, b: Tensor): Tensor {
  const same = node('Equal', [a, b], a.shape, { dtype: 'bool' });
  return node('Cast', [same], a.shape, { attributes: { to: 1 } });
}
