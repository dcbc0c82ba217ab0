import { node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { reshape } from '../ops/reshape.js';
import { transpose } from '../ops/transpose.js';
import type { ConvGeometry } from './conv-geometry.js';
import { cut, surround } from './window.js';

/**
 * Depthwise weight gradient [C, 1, kh, kw]. For kernel row r the product over pictures and rows
 * M[a, b] = Σ x[.., h·s + r, a] · dy[.., h, b] holds the gradient of tap (r, j) where a and b are that tap apart; a
 * product with a constant sums those places. It computes more than is needed, yet at the speed of matrix products.
 */
export function depthwiseWeightGradient(x: Tensor, dy: Tensor, g: ConvGeometry): Tensor {
  const { batch, inChannels: channels, input, output, kernel, stride, dilation } = g;
  const gradient = reshape(transpose(dy, [1, 0, 2, 3]), [channels, batch * output[0], output[1]]);
  // `stride` rows behind one another, so that the rows of one tap are those of one column block.
  const bundles = output[0] + Math.floor(((kernel[0] - 1) * dilation[0]) / stride[0]);
  const lines = withRows(transpose(x, [1, 0, 2, 3]), g.padding[0], bundles * stride[0]);
  const bundled = reshape(lines, [channels, batch, bundles, stride[0] * input[1]]);
  const places = input[1] * output[1];
  const taps = Array.from({ length: kernel[0] }, (_, r) => {
    const [first, line] = [Math.floor((r * dilation[0]) / stride[0]), (r * dilation[0]) % stride[0]];
    const chosen = cut(cut(bundled, 2, first, first + output[0]), 3, line * input[1], (line + 1) * input[1]);
    const rows = reshape(chosen, [channels, batch * output[0], input[1]]);
    const product = node('FusedMatMul', [rows, gradient], [channels, input[1], output[1]], {
      domain: 'com.microsoft',
      attributes: { transA: 1 },
    });
    return node('Gemm', [reshape(product, [channels, places]), band(x, g)], [channels, kernel[1]], {
      attributes: { transB: 1 },
    });
  });
  const stacked = node('Concat', taps as [Tensor, ...Tensor[]], [channels, kernel[0] * kernel[1]], {
    attributes: { axis: 1 },
  });
  return reshape(stacked, [channels, 1, ...kernel]);
}

/** x with `above` rows of zeros before the first and as many behind the last, or rows cut off, as make `count` in all. */
function withRows(x: Tensor, above: number, count: number): Tensor {
  const below = count - above - x.shape[2]!;
  const reached = cut(x, 2, 0, x.shape[2]! + Math.min(0, below));
  return surround(reached, [0, 0, above, 0], [0, 0, Math.max(0, below), 0]);
}

/** [kw, W·OW]: 1 where a tap leads from an input column to an output column. */
function band(like: Tensor, { kernel, input, output, stride, padding, dilation }: ConvGeometry): Tensor {
  const places = input[1] * output[1];
  const values = new Float32Array(kernel[1] * places);
  for (let j = 0; j < kernel[1]; j++) {
    for (let to = 0; to < output[1]; to++) {
      const from = to * stride[1] + j * dilation[1] - padding[1];
      if (from >= 0 && from < input[1]) values[j * places + from * output[1] + to] = 1;
    }
  }
  return like.graph.constant(values, [kernel[1], places]);
}
