import { node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { reshape } from '../ops/reshape.js';
import { transpose } from '../ops/transpose.js';
import type { ConvGeometry } from './conv-geometry.js';

/** Whether the adjoint of a convolution is a convolution too: at stride 1, unless it pads more than its kernel reaches. */
export function isTurnable(g: ConvGeometry): boolean {
  return [...g.stride].every((step) => step === 1) && adjointGeometry(g).padding.every((size) => size >= 0);
}

/** The convolution that takes the gradient of the output of a turnable one to that of its input. */
export function adjointGeometry(g: ConvGeometry): ConvGeometry {
  const padding = [0, 1].map((axis) => (g.kernel[axis]! - 1) * g.dilation[axis]! - g.padding[axis]!);
  return {
    ...g,
    inChannels: g.outChannels,
    outChannels: g.inChannels,
    input: g.output,
    output: g.input,
    padding: padding as [number, number],
  };
}

/**
 * The weight of the adjoint of a convolution of geometry `g`: the kernel turned by 180° and its channels swapped within
 * each group.
 */
export function turned(weight: Tensor, { inChannels, outChannels, kernel, groups }: ConvGeometry): Tensor {
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
