import { node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { reshape } from '../ops/reshape.js';
import { emitReduce } from '../ops/sum.js';
import { transpose } from '../ops/transpose.js';
import type { ConvGeometry } from './conv-geometry.js';
import { cut, surround } from './window.js';

/** Matrix products pay for depthwise kernels at stride 1; a strided one is faster as a grouped Conv. */
export function prefersDepthwiseProducts({ groups, inChannels, outChannels, stride, dilation }: ConvGeometry): boolean {
  const depthwise = groups > 1 && groups === inChannels && groups === outChannels;
  return depthwise && [...stride, ...dilation].every((size) => size === 1);
}

/**
 * Depthwise weight gradient [C, 1, kh, kw] at stride 1. For kernel row r, the product over pictures and rows
 * M[a, b] = Σ dy[.., h, a] · x[.., h + r, b] holds the gradient of tap (r, j) on its j-th diagonal: Σ_a M[a, a + j].
 * It computes more than is needed, yet at the speed of matrix products.
 */
export function depthwiseWeightGradient(x: Tensor, dy: Tensor, g: ConvGeometry): Tensor {
  const { batch, inChannels: channels, kernel, padding, output } = g;
  const around = [0, 0, ...padding];
  const padded = surround(transpose(x, [1, 0, 2, 3]), around, around);
  const columns = padded.shape[3]!;
  const rows = batch * output[0];
  const gradient = reshape(transpose(dy, [1, 0, 2, 3]), [channels, rows, output[1]]);
  const taps = Array.from({ length: kernel[0] }, (_, r) => {
    const shifted = reshape(cut(padded, 2, r, r + output[0]), [channels, rows, columns]);
    const product = node('FusedMatMul', [gradient, shifted], [channels, output[1], columns], {
      domain: 'com.microsoft',
      attributes: { transA: 1 },
    });
    return diagonalSums(product, kernel[1]);
  });
  const stacked = node('Concat', taps as [Tensor, ...Tensor[]], [channels, kernel[0] * kernel[1]], {
    attributes: { axis: 1 },
  });
  return reshape(stacked, [channels, 1, ...kernel]);
}

/** For matrices [C, A, B]: [C, count] with Σ_a M[a, a + j] for j < count. Rows one longer put diagonals into columns. */
function diagonalSums(matrices: Tensor, count: number): Tensor {
  const [channels, height, width] = matrices.shape as [number, number, number];
  const flat = surround(reshape(matrices, [channels, height * width]), [0, 0], [0, height]);
  const skewed = reshape(flat, [channels, height, width + 1]);
  return emitReduce('ReduceSum', cut(skewed, 2, 0, count), [1], false);
}
