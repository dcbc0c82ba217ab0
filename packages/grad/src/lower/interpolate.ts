import { node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { axesConstant } from '../ops/broadcast.js';
import { mul } from '../ops/mul.js';
import { doubleBlocks, doubleBlocksGradient, isBlockedDoubling } from './blocked-doubling.js';
import { repeatPixels } from './repeat.js';

/** How values between pixels are found. */
export type Interpolation = 'nearest' | 'bilinear';

type Size = readonly [height: number, width: number];

/** x [N, C, H, W] resampled to `size`. Not on the tape. */
export function interpolate(x: Tensor, size: Size, mode: Interpolation): Tensor {
  const [height, width] = x.shape.slice(2) as [number, number];
  const block = [size[0] / height, size[1] / width] as const;
  if (isBlockedDoubling(x, [height, width], size)) return doubleBlocks(x, mode);
  if (mode === 'bilinear') return resizeLinear(x, size);
  if (block.every(Number.isInteger)) return repeatPixels(x, block);
  // Resize divides in float32 and may land a pixel beside; whole numbers cannot.
  return pick(pick(x, 2, nearestSource(height, size[0])), 3, nearestSource(width, size[1]));
}

/** The gradient of `interpolate`'s input of `size` from that of its output dy: its adjoint. */
export function interpolationGradient(dy: Tensor, size: Size, mode: Interpolation): Tensor {
  const [height, width] = dy.shape.slice(2) as [number, number];
  const block = [height / size[0], width / size[1]] as const;
  if (isBlockedDoubling(dy, size, [height, width])) return doubleBlocksGradient(dy, mode);
  if (mode === 'nearest' && block.every(Number.isInteger)) return blockSums(dy, size, block);
  const rows = sampling(size[0], height, mode);
  const columns = sampling(size[1], width, mode);
  // dx = Rᵀ · dy · C for y = R · x · Cᵀ.
  const narrow = product(dy, dy.graph.constant(columns, [width, size[1]]), [height, size[1]]);
  const turned = dy.graph.constant(transposed(rows, height, size[0]), [size[0], height]);
  return node('MatMul', [turned, narrow], [...dy.shape.slice(0, 2), ...size]);
}

function resizeLinear(x: Tensor, size: Size): Tensor {
  return node('Resize', [x, undefined, undefined, axesConstant(x, size)], [...x.shape.slice(0, 2), ...size], {
    attributes: { mode: 'linear', coordinate_transformation_mode: 'half_pixel', axes: [2, 3] },
  });
}

/** Rows or columns of x at given places. */
function pick(x: Tensor, axis: number, places: readonly number[]): Tensor {
  const shape = x.shape.map((size, i) => (i === axis ? places.length : size));
  return node('Gather', [x, axesConstant(x, places)], shape, { attributes: { axis } });
}

function nearestSource(from: number, to: number): number[] {
  return Array.from({ length: to }, (_, i) => Math.floor((i * from) / to));
}

/** Σ over each block of pixels. */
function blockSums(dy: Tensor, size: Size, block: Size): Tensor {
  const attributes = { kernel_shape: block, strides: block };
  const means = node('AveragePool', [dy], [...dy.shape.slice(0, 2), ...size], { attributes });
  return mul(means, block[0] * block[1]);
}

/** The matrix [to, from] of weights with which one axis is resampled. */
function sampling(from: number, to: number, mode: Interpolation): Float32Array {
  const weights = new Float32Array(to * from);
  if (mode === 'nearest') {
    nearestSource(from, to).forEach((source, i) => {
      weights[i * from + source] = 1;
    });
    return weights;
  }
  for (let i = 0; i < to; i++) {
    const centre = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    const before = Math.floor(centre);
    const after = Math.min(before + 1, from - 1);
    weights[i * from + before]! += 1 - (centre - before);
    weights[i * from + after]! += centre - before;
  }
  return weights;
}

function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
  return matrix.map((_, at) => matrix[(at % rows) * columns + Math.floor(at / rows)]!);
}

function product(x: Tensor, matrix: Tensor, size: Size): Tensor {
  return node('MatMul', [x, matrix], [...x.shape.slice(0, 2), ...size]);
}
