import { node } from '../graph/node.js';
import { type Shape, sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { reshape } from '../ops/reshape.js';
import { emitReduce } from '../ops/sum.js';
import { transpose } from '../ops/transpose.js';
import { adjointGeometry, isTurnable, turned } from './adjoint-conv.js';
import { blockedDepthwiseWeightGradient, prefersBlockedDepthwiseGradient } from './blocked-depthwise.js';
import { blockedWeightGradient, prefersBlockedWeightGradient } from './blocked-weight-gradient.js';
import { channelsInnermost } from './channel-blocks.js';
import { type ConvGeometry, isDepthwise, isPointwise, SMALL_WEIGHT } from './conv-geometry.js';
import { bandedWeightGradient, prefersBands } from './depthwise-bands.js';
import { depthwiseWeightGradient } from './depthwise-weight-gradient.js';
import { emitConv } from './emit-conv.js';
import { gatheredWeightGradient, prefersGathered } from './gathered-conv.js';
import { cut, missesPicture, reachedPart } from './window.js';

/** From this many positions on, one product per picture beats moving the channels outermost. */
const LARGE_POINTWISE = 128;
/** From this many positions on, gathering them costs more than their products where channels are few. */
const LARGE_SWAPPED = 32 * 32;

/** The gradient of a convolution's weight [K, C / groups, kh, kw] from its input x and the gradient dy of its output. */
export function convWeightGradient(x: Tensor, dy: Tensor, g: ConvGeometry): Tensor {
  if (missesPicture(g)) return zeros(x, [g.outChannels, g.inChannels / g.groups, ...g.kernel]);
  if (prefersGathered(x, g)) return gatheredWeightGradient(x, dy, g);
  if (prefersBlockedDepthwiseGradient(x.graph, g)) return blockedDepthwiseWeightGradient(x, dy, g);
  if (prefersBands(g)) return bandedWeightGradient(x, dy, g);
  if (isDepthwise(g)) return depthwiseWeightGradient(x, dy, g);
  if (g.groups === 1 && isPointwise(g) && sizeOf(g.stride) === 1) return pointwiseWeightGradient(x, dy, g);
  if (prefersSwapped(g)) return swappedWeightGradient(x, dy, g);
  if (prefersBlockedWeightGradient(dy, g)) return blockedWeightGradient(x, dy, g);
  return slidingWeightGradient(x, dy, g);
}

function zeros(like: Tensor, shape: Shape): Tensor {
  return like.graph.constant(new Float32Array(sizeOf(shape)), shape);
}

/**
 * One Conv whose kernel is dy: [N, H, W·C] slides under [K, N, OH, OW], whose stride becomes dilation and whose channels
 * lie innermost, so that the output is [K, kh, kw·C]; each group by itself, and small weights' share of each picture too,
 * which spares moving dy. Columns between dilated taps are computed and dropped.
 */
function slidingWeightGradient(x: Tensor, dy: Tensor, g: ConvGeometry): Tensor {
  const { batch, outChannels, groups, kernel, stride, dilation, output } = g;
  const channels = g.inChannels / groups;
  const { picture, pads } = reachedPart(x, g);
  const [, , height, width] = picture.shape as [number, number, number, number];
  const [top, left, bottom, right] = pads;
  // With one group in four axes: the runtime moves a single axis at several times the speed of any other permutation.
  const innermost =
    groups === 1
      ? channelsInnermost(picture)
      : transpose(reshape(picture, [batch, groups, channels, height, width]), [1, 0, 3, 4, 2]);
  const rows = reshape(innermost, [1, groups * batch, height, width * channels]);
  const columns = (kernel[1] - 1) * dilation[1] + 1;
  const parts = groups === 1 && sizeOf([outChannels, channels, ...kernel]) <= SMALL_WEIGHT ? batch : 1;
  const kernels = parts > 1 ? reshape(dy, [batch * outChannels, 1, ...output]) : transpose(dy, [1, 0, 2, 3]);
  const taps = emitConv(rows, kernels, undefined, [1, parts * outChannels, kernel[0], columns * channels], {
    kernel_shape: output,
    strides: [dilation[0], 1],
    dilations: [stride[0], stride[1] * channels],
    pads: [top, left * channels, bottom, right * channels],
    group: parts * groups,
  });
  const total =
    parts > 1 ? emitReduce('ReduceSum', reshape(taps, [parts, sizeOf(taps.shape) / parts]), [0], false) : taps;
  const spaced = reshape(total, [outChannels, kernel[0], columns, channels]);
  return transpose(cut(spaced, 2, 0, columns, dilation[1]), [0, 3, 1, 2]);
}

/** Large pictures of fewer channels than those they were made from: the convolution gathers what slides, and it is less. */
function prefersSwapped(g: ConvGeometry): boolean {
  return g.groups === 1 && g.outChannels < g.inChannels && sizeOf(g.output) >= LARGE_SWAPPED && isTurnable(g);
}

/** As the weight gradient of the adjoint convolution, whose input is dy and the gradient of whose output is x. */
function swappedWeightGradient(x: Tensor, dy: Tensor, g: ConvGeometry): Tensor {
  const adjoint = adjointGeometry(g);
  return turned(slidingWeightGradient(dy, x, adjoint), adjoint);
}

/** 1×1: Σ over pictures of dy · xᵀ over positions. */
function pointwiseWeightGradient(
  x: Tensor,
  dy: Tensor,
  { batch, inChannels, outChannels, input }: ConvGeometry,
): Tensor {
  const area = input[0] * input[1];
  const shape = [outChannels, inChannels];
  if (area >= LARGE_POINTWISE) {
    const products = node(
      'FusedMatMul',
      [reshape(dy, [batch, outChannels, area]), reshape(x, [batch, inChannels, area])],
      [batch, ...shape],
      { domain: 'com.microsoft', attributes: { transB: 1 } },
    );
    return reshape(emitReduce('ReduceSum', products, [0], false), [...shape, 1, 1]);
  }
  const across = (t: Tensor, channels: number): Tensor => reshape(transpose(t, [1, 0, 2, 3]), [channels, batch * area]);
  const product = node('Gemm', [across(dy, outChannels), across(x, inChannels)], shape, { attributes: { transB: 1 } });
  return reshape(product, [...shape, 1, 1]);
}
