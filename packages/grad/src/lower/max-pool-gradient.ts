import { node } from '../graph/node.js';
import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from '../ops/add.js';
import { mul } from '../ops/mul.js';
import { reshape } from '../ops/reshape.js';
import { transpose } from '../ops/transpose.js';
import { type ConvGeometry, unreached } from './conv-geometry.js';
import { repeatPixels } from './repeat.js';
import { cut, surround } from './window.js';

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
 * two. Splitting x by parity turns every comparison into one of equally shaped quarters.
 */
function phaseGradient(x: Tensor, y: Tensor, dy: Tensor, g: ConvGeometry): Tensor {
  const [height, width] = g.output;
  const even = surround(x, [0, 0, 0, 0], [0, 0, 2 * height - g.input[0], 2 * width - g.input[1]], -Infinity);
  const planes = g.batch * g.inChannels;
  const phases = transpose(reshape(even, [planes, height, 2, width, 2]), [2, 4, 0, 1, 3]);
  // Past the end there is no window: no maximum equals +∞ and no gradient comes from there.
  const later = (t: Tensor, down: number, across: number, fill: number): Tensor =>
    surround(cut(cut(t, 1, down, height), 2, across, width), [0, 0, 0], [0, down, across], fill);
  const flat = (t: Tensor): Tensor => reshape(t, [planes, height, width]);
  const gradients = [0, 1].flatMap((row) =>
    [0, 1].map((column) => {
      const phase = flat(cut(cut(phases, 0, row, row + 1), 1, column, column + 1));
      const windows = [0, 1]
        .slice(0, row + 1)
        .flatMap((down) => [0, 1].slice(0, column + 1).map((across) => [down, across]));
      const parts = windows.map(([down, across]) =>
        mul(equal(phase, later(flat(y), down!, across!, Infinity)), later(flat(dy), down!, across!, 0)),
      );
      return reshape(parts.reduce(add), [1, planes, height, width]);
    }),
  );
  const stacked = node('Concat', gradients as [Tensor, ...Tensor[]], [4, planes, height, width], {
    attributes: { axis: 0 },
  });
  const woven = transpose(reshape(stacked, [2, 2, planes, height, width]), [2, 3, 0, 4, 1]);
  const full = reshape(woven, [g.batch, g.inChannels, 2 * height, 2 * width]);
  return cut(cut(full, 2, 0, g.input[0]), 3, 0, g.input[1]);
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
