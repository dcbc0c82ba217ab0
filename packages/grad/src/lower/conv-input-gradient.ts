import { node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { reshape } from '../ops/reshape.js';
import { transpose } from '../ops/transpose.js';
import { blockedInputGradient, prefersBlocked } from './blocked-conv.js';
import { trainingConv } from './conv-forward.js';
import { type ConvGeometry, unreached } from './conv-geometry.js';
import { bandedInputGradient, prefersBands } from './depthwise-bands.js';
import { gatheredInputGradient, prefersGathered } from './gathered-conv.js';

/** The gradient of a convolution's input [N, C, H, W] from that of its output dy [N, K, OH, OW]. */
export function convInputGradient(dy: Tensor, weight: Tensor, g: ConvGeometry): Tensor {
  if (prefersBands(g)) return bandedInputGradient(dy, weight, g);
  if (prefersGathered(g)) return gatheredInputGradient(dy, weight, g);
  const padding = [0, 1].map((axis) => (g.kernel[axis]! - 1) * g.dilation[axis]! - g.padding[axis]!);
  const [vertical, horizontal] = padding as [number, number];
  const flippable = g.stride[0] === 1 && g.stride[1] === 1 && vertical >= 0 && horizontal >= 0;
  if (!flippable) return plainConvTranspose(dy, weight, undefined, g);
  const adjoint = {
    ...g,
    inChannels: g.outChannels,
    outChannels: g.inChannels,
    input: g.output,
    output: g.input,
    padding: [vertical, horizontal] as const,
  };
  if (prefersBlocked(dy.graph, adjoint)) return blockedInputGradient(dy, weight, adjoint);
  return trainingConv(dy, flipped(weight, g), undefined, adjoint);
}

/** At stride 1 the adjoint is a convolution with the kernel turned by 180° and its channels swapped within each group. */
function flipped(weight: Tensor, { inChannels, outChannels, kernel, groups }: ConvGeometry): Tensor {
  const area = kernel[0] * kernel[1];
  const matrices = [groups, outChannels / groups, inChannels / groups];
  const swapped =
    area === 1
      ? transpose(reshape(weight, matrices), [0, 2, 1])
      : transpose(reshape(reversed(weight, area), [...matrices, area]), [0, 2, 1, 3]);
  return reshape(swapped, [inChannels, outChannels / groups, ...kernel]);
}

/** Reverses each kernel's elements by a product with the reversed identity, many times faster than a backward Slice. */
function reversed(weight: Tensor, area: number): Tensor {
  const exchange = new Float32Array(area * area);
  for (let i = 0; i < area; i++) exchange[i * area + area - 1 - i] = 1;
  const rows = reshape(weight, [weight.shape[0]! * weight.shape[1]!, area]);
  return node('MatMul', [rows, weight.graph.constant(exchange, [area, area])], rows.shape);
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
