import { node } from '../graph/node.js';
import type { Shape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { transpose } from '../ops/transpose.js';
import type { ConvGeometry } from './conv-geometry.js';

/** The runtime's own operators on channels in blocks: [N, C, H, W] stored as [N, C / block, H, W, block]. */
export const BLOCKED_DOMAIN = 'com.microsoft.nchwc';

/** The form in blocks of tensors seen in both. */
const blocksOf = new WeakMap<Tensor, Tensor>();

/** Whether x was made by `outOfBlocks`, or has been moved already, so that its form in blocks costs nothing. */
export function isInBlocks(x: Tensor): boolean {
  return blocksOf.has(x);
}

/** x [N, C, H, W] with its channels in blocks; its shape is said to be the same. */
export function intoBlocks(x: Tensor): Tensor {
  const known = blocksOf.get(x);
  if (known) return known;
  const blocked = node('ReorderInput', [x], x.shape, { domain: BLOCKED_DOMAIN, attributes: { channels_last: 0 } });
  blocksOf.set(x, blocked);
  return blocked;
}

/** Back again: the tensor of which `blocked` is the form in blocks. What only blocks are made from never becomes plain. */
export function outOfBlocks(blocked: Tensor): Tensor {
  const x = node('ReorderOutput', [blocked], blocked.shape, {
    domain: BLOCKED_DOMAIN,
    attributes: { channels: blocked.shape[1]!, channels_last: 0 },
  });
  blocksOf.set(x, blocked);
  return x;
}

/** x [N, C, H, W] with its channels innermost: [N, H, W, C]. */
export function channelsInnermost(x: Tensor): Tensor {
  const blocked = blocksOf.get(x);
  if (!blocked) return transpose(x, [0, 2, 3, 1]);
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const attributes = { channels, channels_last: 1 };
  return node('ReorderOutput', [blocked], [batch, height, width, channels], { domain: BLOCKED_DOMAIN, attributes });
}

export interface BlockedConvAttributes extends Pick<ConvGeometry, 'kernel' | 'stride' | 'dilation' | 'groups'> {
  /** Zeros above, left, below and right. */
  readonly pads: readonly number[];
  /** Added to the result. */
  readonly sum?: Tensor | undefined;
  /** Applied to the sum: a ReLU, or α · x + β held between 0 and 1. */
  readonly activation?: 'relu' | { readonly hardSigmoid: readonly [alpha: number, beta: number] } | undefined;
}

/** Weights [C, 1, kh, kw] of a depthwise convolution in blocks, alike for every channel: `taps` holds kh × kw of them. */
export function kernelOfTaps(x: Tensor, taps: readonly number[], kernel: readonly [number, number]): Tensor {
  const channels = x.shape[1]!;
  const block = x.graph.channelBlock!;
  const values = Float32Array.from(
    { length: channels * taps.length },
    (_, i) => taps[Math.floor(i / block) % taps.length]!,
  );
  return x.graph.constant(values, [channels, 1, ...kernel]);
}

/** A convolution whose input, weight and output have their channels in blocks. */
export function convolveBlocks(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  shape: Shape,
  { kernel, stride, dilation, groups, pads, sum, activation }: BlockedConvAttributes,
): Tensor {
  const applied =
    activation === 'relu'
      ? { activation: 'Relu' }
      : activation && { activation: 'HardSigmoid', activation_params: { floats: activation.hardSigmoid } };
  return node('Conv', sum ? [x, weight, bias, sum] : [x, weight, bias], shape, {
    domain: BLOCKED_DOMAIN,
    attributes: { kernel_shape: kernel, strides: stride, dilations: dilation, pads, group: groups, ...applied },
  });
}
