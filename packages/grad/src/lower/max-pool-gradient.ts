import { node } from '../graph/node.js';
import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from '../ops/add.js';
import { mul } from '../ops/mul.js';
import { reshape } from '../ops/reshape.js';
import { emitScatterAdd } from '../ops/scatter-add.js';
import { sub } from '../ops/sub.js';
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
  if (isHalving(g, 0) && isIdle(g, 1)) return halvingGradient(x, y, dy, g, 2);
  if (isHalving(g, 1) && isIdle(g, 0)) return halvingGradient(x, y, dy, g, 3);
  return indexedGradient(x, dy, g);
}

/** Whether windows along one axis are three wide, two apart and padded by one. */
export function isHalving({ kernel, stride, padding }: ConvGeometry, axis: 0 | 1): boolean {
  return kernel[axis] === 3 && stride[axis] === 2 && padding[axis] === 1;
}

/** Whether nothing is pooled along an axis. */
function isIdle({ kernel, stride, padding }: ConvGeometry, axis: 0 | 1): boolean {
  return kernel[axis] === 1 && stride[axis] === 1 && padding[axis] === 0;
}

/** Windows that do not overlap: compare x with y repeated over each window. */
function disjointGradient(x: Tensor, y: Tensor, dy: Tensor, g: ConvGeometry): Tensor {
  const rest = [unreached(g, 0), unreached(g, 1)] as const;
  const reached = cut(cut(x, 2, 0, g.input[0] - rest[0]), 3, 0, g.input[1] - rest[1]);
  const gradient = mul(equal(reached, repeatPixels(y, g.kernel)), repeatPixels(dy, g.kernel));
  return surround(gradient, [0, 0, 0, 0], [0, 0, ...rest]);
}

/**
 * Windows of three at stride 2 with padding 1 along `axis`, of one along the other: window w covers 2w − 1 … 2w + 1, so
 * even positions lie in one window and odd ones in two. Rows of two parities lie apart already; columns are sorted, and
 * put back, by a product with a permutation, several times faster than a Transpose. Sorted is where the maxima are, not
 * the picture: a graphics processor may round what it multiplies, and zeros and ones stay what they are.
 */
function halvingGradient(x: Tensor, y: Tensor, dy: Tensor, g: ConvGeometry, axis: 2 | 3): Tensor {
  const [height, width] = g.output;
  const planes = g.batch * g.inChannels;
  const missing = 2 * g.output[axis - 2]! - x.shape[axis]!;
  const whole = surround(x, [0, 0, 0, 0], axis === 2 ? [0, 0, missing, 0] : [0, 0, 0, missing], LOWEST);
  const rows = reshape(whole, [planes, height, 2 * width]);
  const [first, second] = axis === 2 ? maximaOfRows(rows, y) : maximaOfColumns(rows, y);
  const arriving = reshape(dy, [planes, height, width]);
  // One of three takes the whole: the even one, else the odd one after it, else the odd one before, which is handed back.
  const even = mul(first!, arriving);
  const past = sub(arriving, even);
  const odd = mul(second!, past);
  const gradients: [Tensor, Tensor] = [even, add(odd, next(sub(past, odd), axis === 2 ? 1 : 2))];
  const joined = node('Concat', gradients, rows.shape, { attributes: { axis: 2 } });
  const woven = axis === 2 ? joined : product(joined, sortingColumns(x, width, true));
  return cut(reshape(woven, whole.shape), axis, 0, x.shape[axis]!);
}

/** Ones where the even and the odd numbers are the maximum y of the window around the even one. */
function maximaOfRows(rows: Tensor, y: Tensor): Tensor[] {
  return splitLast(rows, 2).map((parity) => equal(parity, reshape(y, parity.shape)));
}

function maximaOfColumns(rows: Tensor, y: Tensor): Tensor[] {
  const maxima = equal(rows, reshape(repeatPixels(y, [1, 2]), rows.shape));
  return splitLast(product(maxima, sortingColumns(rows, rows.shape[2]! / 2, false)), 2);
}

/** x [planes, height, width] moved back by one along axis 1 or 2, zeros at its end: a product, as above. */
function next(x: Tensor, axis: 1 | 2): Tensor {
  const size = x.shape[axis]!;
  const matrix = new Float32Array(size * size);
  for (let i = 0; i + 1 < size; i++) matrix[axis === 1 ? i * size + i + 1 : (i + 1) * size + i] = 1;
  const shift = x.graph.constant(matrix, [size, size]);
  return node('MatMul', axis === 1 ? [shift, x] : [x, shift], x.shape);
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
  const zeros = x.graph.constant(new Float32Array(sizeOf(x.shape)), [sizeOf(x.shape), 1]);
  return reshape(emitScatterAdd(zeros, indices!, reshape(dy, [sizeOf(shape), 1])), x.shape);
}

function equal(a: Tensor, b: Tensor): Tensor {
  const same = node('Equal', [a, b], a.shape, { dtype: 'bool' });
  return node('Cast', [same], a.shape, { attributes: { to: 1 } });
}
