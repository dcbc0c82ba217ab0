import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { mul } from '../ops/mul.js';
import { reshape } from '../ops/reshape.js';
import { emitReduce } from '../ops/sum.js';
import { convolveBlocks, intoBlocks, isInBlocks } from './channel-blocks.js';
import { LONG_ROW, rowDots } from './rows.js';

/** Σ over all axes of x [N, C, …] but the channels': [C]. */
export function channelSum(x: Tensor): Tensor {
  if (isInBlocks(x)) return overPictures(blockSums(x), x);
  const axes = [...x.shape.keys()].filter((axis) => axis !== 1);
  return emitReduce('ReduceSum', x, axes, false);
}

/** Σ a·b over all axes of a and b [N, C, …] but the channels': [C]. */
export function channelDots(a: Tensor, b: Tensor): Tensor {
  if (isInBlocks(a) || isInBlocks(b)) return overPictures(blockDots(a, b), a);
  const [batch, channels] = a.shape as [number, number];
  const area = sizeOf(a.shape.slice(2));
  if (area < LONG_ROW) return channelSum(mul(a, b));
  const rows = (x: Tensor) => reshape(x, [batch * channels, area]);
  return overPictures(rowDots(rows(a), rows(b)), a);
}

/** Σ over positions of each channel of each picture of x [N, C, H, W], for which its blocks are vectors: [N·C / block, 1, block]. */
function blockSums(x: Tensor): Tensor {
  const block = x.graph.channelBlock!;
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const vectors = reshape(intoBlocks(x), [(batch * channels) / block, height * width, block]);
  return emitReduce('ReduceSum', vectors, [1], true);
}

/** Σ a·b likewise: each channel of each picture convolved with that of the other as a kernel of its size. */
function blockDots(a: Tensor, b: Tensor): Tensor {
  const [batch, channels, height, width] = a.shape as [number, number, number, number];
  const planes = batch * channels;
  const pictures = reshape(intoBlocks(a), [1, planes, height, width]);
  const kernels = reshape(intoBlocks(b), [planes, 1, height, width]);
  return convolveBlocks(pictures, kernels, undefined, [1, planes, 1, 1], {
    kernel: [height, width],
    stride: [1, 1],
    dilation: [1, 1],
    groups: planes,
    pads: [0, 0, 0, 0],
  });
}

function overPictures(sums: Tensor, { shape }: Tensor): Tensor {
  return emitReduce('ReduceSum', reshape(sums, [shape[0]!, shape[1]!]), [0], false);
}
