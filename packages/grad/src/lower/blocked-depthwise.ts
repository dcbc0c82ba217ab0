import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { reshape } from '../ops/reshape.js';
import { emitReduce } from '../ops/sum.js';
import { transpose } from '../ops/transpose.js';
import { convolveBlocks, intoBlocks, outOfBlocks } from './channel-blocks.js';
import { type ConvGeometry, isDepthwise } from './conv-geometry.js';
import { reachedPart } from './window.js';

/** Gradients by smaller outputs are left to other forms. */
const MIN_GRADIENT_OUTPUT = 8 * 8;

/**
 * Whether a depthwise convolution is computed with channels in blocks, where each number of a vector is another channel's:
 * two to six times as fast as the runtime's plain kernel, the way there and back included; see `findChannelBlock`.
 */
export function prefersBlockedDepthwise(graph: Tensor['graph'], g: ConvGeometry): boolean {
  return graph.channelBlock !== undefined && isDepthwise(g) && g.inChannels % graph.channelBlock === 0;
}

/** x * weight (+ bias). */
export function blockedDepthwiseConv(x: Tensor, weight: Tensor, bias: Tensor | undefined, g: ConvGeometry): Tensor {
  const taps = [g.inChannels / x.graph.channelBlock!, x.graph.channelBlock!, sizeOf(g.kernel)];
  const blockedWeight = reshape(transpose(reshape(weight, taps), [0, 2, 1]), weight.shape);
  const shape = [g.batch, g.outChannels, ...g.output];
  const pads = [...g.padding, ...g.padding];
  return outOfBlocks(convolveBlocks(intoBlocks(x), blockedWeight, bias, shape, { ...g, pads }));
}

/** Whether its weight's gradient is computed so too. */
export function prefersBlockedDepthwiseGradient(graph: Tensor['graph'], g: ConvGeometry): boolean {
  return prefersBlockedDepthwise(graph, g) && sizeOf(g.output) >= MIN_GRADIENT_OUTPUT;
}

/**
 * The gradient of its weight [C, 1, kh, kw]: each channel of each picture of x convolved with that of dy as its kernel,
 * stride and dilation in each other's place. Channels in blocks are, as they lie, such a kernel's form.
 */
export function blockedDepthwiseWeightGradient(x: Tensor, dy: Tensor, g: ConvGeometry): Tensor {
  const { batch, inChannels: channels, kernel, output } = g;
  const block = x.graph.channelBlock!;
  const { picture, pads } = reachedPart(x, g);
  const planes = batch * channels;
  const pictures = reshape(intoBlocks(picture), [1, planes, ...picture.shape.slice(2)]);
  const kernels = reshape(intoBlocks(dy), [planes, 1, ...output]);
  const attributes = { kernel: output, stride: g.dilation, dilation: g.stride, groups: planes, pads };
  const perPicture = convolveBlocks(pictures, kernels, undefined, [1, planes, ...kernel], attributes);
  const total = emitReduce('ReduceSum', reshape(perPicture, [batch, channels * sizeOf(kernel)]), [0], false);
  const taps = transpose(reshape(total, [channels / block, sizeOf(kernel), block]), [0, 2, 1]);
  return reshape(taps, [channels, 1, ...kernel]);
}
