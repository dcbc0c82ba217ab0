import { node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { adjointGeometry, isTurnable, turned } from './adjoint-conv.js';
import { blockedInputGradient, prefersBlockedInputGradient } from './blocked-conv.js';
import { prefersBlockedDepthwise } from './blocked-depthwise.js';
import { blockedStridedGradient, prefersBlockedStridedGradient } from './blocked-strided-gradient.js';
import { trainingConv } from './conv-forward.js';
import { type ConvGeometry, unreached } from './conv-geometry.js';
import { bandedInputGradient, prefersBands } from './depthwise-bands.js';
import { gatheredInputGradient, prefersGathered } from './gathered-conv.js';

/** The gradient of a convolution's input [N, C, H, W] from that of its output dy [N, K, OH, OW]. */
export function convInputGradient(dy: Tensor, weight: Tensor, g: ConvGeometry): Tensor {
  const blockedDepthwise = isTurnable(g) && prefersBlockedDepthwise(dy.graph, g);
  if (!blockedDepthwise && prefersBands(g)) return bandedInputGradient(dy, weight, g);
  const adjoint = isTurnable(g) ? adjointGeometry(g) : undefined;
  if (adjoint && prefersBlockedInputGradient(dy, adjoint)) return blockedInputGradient(dy, weight, adjoint);
  if (prefersBlockedStridedGradient(dy, g)) return blockedStridedGradient(dy, weight, g);
  if (prefersGathered(dy, g)) return gatheredInputGradient(dy, weight, g);
  if (!adjoint) return plainConvTranspose(dy, weight, undefined, g);
  return trainingConv(dy, turned(weight, g), undefined, adjoint);
}

/** The adjoint as one ConvTranspose node, plus a bias per channel of the result. */
export function plainConvTranspose(dy: Tensor, weight: Tensor, bias: Tensor | undefined, g: ConvGeometry): Tensor {
  return node('ConvTranspose', [dy, weight, bias], [g.batch, g.inChannels, ...g.input], {
    attributes: {
      kernel_shape: g.kernel,
      strides: g.stride,
      dilations: g.dilation,
      pads: [...g.padding, ...g.padding],
      output_padding: [unreached(g, 0), unreached(g, 1)],
      group: g.groups,
    },
  });
}
