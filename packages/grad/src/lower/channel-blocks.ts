import { node } from '../graph/node.js';
import type { Shape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import type { ConvGeometry } from './conv-geometry.js';

/** The runtime's own operators on channels in blocks: [N, C, H, W] stored as [N, C / block, H, W, block]. */
const DOMAIN = 'com.microsoft.nchwc';

/** x [N, C, H, W] with its channels in blocks; its shape is said to be the same. */
export function intoBlocks(x: Tensor): Tensor {
  return node('ReorderInput', [x], x.shape, { domain: DOMAIN, attributes: { channels_last: 0 } });
}

/** Back again. */
export function outOfBlocks(x: Tensor): Tensor {
  return node('ReorderOutput', [x], x.shape, {
    domain: DOMAIN,
    attributes: { channels: x.shape[1]!, channels_last: 0 },
  });
}

export interface BlockedConvAttributes extends Pick<ConvGeometry, 'kernel' | 'stride' | 'dilation' | 'groups'> {
  /** Zeros above, left, below and right. */
  readonly pads: readonly number[];
}

/** A convolution whose input, weight and output have their channels in blocks. */
export function convolveBlocks(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  shape: Shape,
  { kernel, stride, dilation, groups, pads }: BlockedConvAttributes,
): Tensor {
  return node('Conv', [x, weight, bias], shape, {
    domain: DOMAIN,
    attributes: { kernel_shape: kernel, strides: stride, dilations: dilation, pads, group: groups },
  });
}
