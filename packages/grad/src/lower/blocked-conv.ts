import { node } from '../graph/node.js';
import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { reshape } from '../ops/reshape.js';
import { transpose } from '../ops/transpose.js';
import { adjointGeometry, turned } from './adjoint-conv.js';
import { convolveBlocks, intoBlocks, isInBlocks, outOfBlocks } from './channel-blocks.js';
import type { ConvGeometry } from './conv-geometry.js';

/** Smaller pictures leave those kernels too few columns. */
const MIN_OUTPUT = 8 * 8;
/** Gradients of inputs are worth it from here on, because the other form has to add up what it gathered. */
const MIN_GRADIENT = 7 * 7;

/**
 * Whether to convolve with channels in blocks, from whole blocks or from fewer channels than one, which stay as they are:
 * the runtime's fastest kernels, which it uses by itself where weights are constant. A quarter faster than the plain ones
 * including the way there and back; see `findChannelBlock`.
 */
export function prefersBlocked(x: Tensor, g: ConvGeometry): boolean {
  return fillsBlocks(x, g) && sizeOf(g.output) >= MIN_OUTPUT;
}

/** Whether so to convolve a gradient for that of an input; `g` is the geometry of that convolution. */
export function prefersBlockedInputGradient(dy: Tensor, g: ConvGeometry): boolean {
  return fillsBlocks(dy, g) && sizeOf(g.output) >= MIN_GRADIENT;
}

/** For 1×1 kernels the way there is too far. */
function fillsBlocks(x: Tensor, g: ConvGeometry): boolean {
  const block = x.graph.channelBlock;
  return (
    block !== undefined &&
    g.groups === 1 &&
    (sizeOf(g.kernel) > 1 || isInBlocks(x)) &&
    (g.inChannels % block === 0 || g.inChannels < block) &&
    g.outChannels % block === 0
  );
}

/** The convolution x * weight (+ bias). */
export function blockedConv(x: Tensor, weight: Tensor, bias: Tensor | undefined, g: ConvGeometry): Tensor {
  return convolve(x, blockedWeight(weight), bias, g);
}

/** The gradient of its input at stride 1, from weights turned by 180°; `g` is the geometry of that convolution. */
export function blockedInputGradient(dy: Tensor, weight: Tensor, g: ConvGeometry): Tensor {
  const few = g.inChannels < dy.graph.channelBlock!;
  return convolve(
    dy,
    few ? blockedWeight(turned(weight, adjointGeometry(g))) : turnedBlockedWeight(weight, backwards(g), g.kernel),
    undefined,
    g,
  );
}

function backwards({ kernel }: ConvGeometry): number[] {
  const taps = sizeOf(kernel);
  return Array.from({ length: taps }, (_, tap) => taps - 1 - tap);
}

function convolve(x: Tensor, weight: Tensor, bias: Tensor | undefined, g: ConvGeometry): Tensor {
  const shape = [g.batch, g.outChannels, ...g.output];
  const blocked = g.inChannels < x.graph.channelBlock! ? x : intoBlocks(x);
  return outOfBlocks(convolveBlocks(blocked, weight, bias, shape, { ...g, pads: [...g.padding, ...g.padding] }));
}

/**
 * [K, C, kh, kw] stored as [K / block, C / block, kh, kw, block of C, block of K], and where there are too few C for a
 * block, as [K / block, C, kh, kw, block of K].
 */
function blockedWeight(weight: Tensor): Tensor {
  const [outChannels, inChannels] = weight.shape as [number, number];
  const block = weight.graph.channelBlock!;
  const taps = sizeOf(weight.shape.slice(2));
  if (inChannels < block) {
    const rows = reshape(weight, [outChannels / block, block, inChannels * taps]);
    return reshape(transpose(rows, [0, 2, 1]), weight.shape);
  }
  const inner = intoBlocks(reshape(weight, [1, outChannels, inChannels * taps, 1]));
  const axes = [outChannels / block, inChannels / block, block, taps, block];
  return reshape(transpose(reshape(inner, axes), [0, 1, 3, 2, 4]), weight.shape);
}

/**
 * The weight of the adjoint convolution stored likewise: [C, K, kh, kw] of the taps given, all of them backwards where it is
 * turned by 180°.
 */
export function turnedBlockedWeight(
  weight: Tensor,
  taps: readonly number[],
  kernel: readonly [height: number, width: number],
): Tensor {
  const [outChannels, inChannels] = weight.shape as [number, number];
  const chosen = weight.graph.constant(Int32Array.from(taps));
  const blocks = [
    (inChannels * outChannels) / weight.graph.channelBlock! ** 2,
    taps.length,
    weight.graph.channelBlock! ** 2,
  ];
  const turned = node('Gather', [swappedBlocks(weight), chosen], blocks, { attributes: { axis: 1 } });
  return reshape(turned, [inChannels, outChannels, ...kernel]);
}

const swapped = new WeakMap<Tensor, Tensor>();

/** The blocks of a weight [K, C, kh, kw] as [C / block · K / block, taps, block of K · block of C]. */
function swappedBlocks(weight: Tensor): Tensor {
  const known = swapped.get(weight);
  if (known) return known;
  const [outChannels, inChannels] = weight.shape as [number, number];
  const block = weight.graph.channelBlock!;
  const taps = sizeOf(weight.shape.slice(2));
  const inner = intoBlocks(reshape(weight, [outChannels, inChannels, taps, 1]));
  const axes = [outChannels / block, block, inChannels / block, taps, block];
  const moved = transpose(reshape(inner, axes), [2, 0, 3, 1, 4]);
  const blocks = reshape(moved, [(inChannels * outChannels) / block ** 2, taps, block ** 2]);
  swapped.set(weight, blocks);
  return blocks;
}
