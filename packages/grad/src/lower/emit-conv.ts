import { node } from '../graph/node.js';
import type { Shape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { emitConcat, emitSplit } from './channel-parts.js';

export interface ConvAttributes {
  readonly kernel_shape: readonly number[];
  readonly pads: readonly number[];
  readonly strides?: readonly number[];
  readonly dilations: readonly number[];
  readonly group: number;
}

/**
 * A convolution x * weight (+ bias) of that shape: one Conv node, or one for each group where a graphics processor would
 * mix them up.
 */
export function emitConv(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  shape: Shape,
  attributes: ConvAttributes,
): Tensor {
  const { group } = attributes;
  if (!x.graph.portable || !isMixedUp(group, shape[1]!)) {
    return node('Conv', [x, weight, bias], shape, { attributes: { ...attributes } });
  }
  const [inputs, weights] = [emitSplit(x, group, 1), emitSplit(weight, group, 0)];
  const biases = bias && emitSplit(bias, group, 0);
  const narrow = shape.map((size, i) => (i === 1 ? size / group : size));
  const parts = inputs.map((input, i) =>
    emitConv(input, weights[i]!, biases?.[i], narrow, { ...attributes, group: 1 }),
  );
  return emitConcat(parts, 1);
}

/**
 * Whether the runtime's kernel for WebGPU (1.30) mixes up neighbouring groups: it computes four, or else two, channels
 * at a time, as their number allows, from the input of the first one's group.
 */
function isMixedUp(groups: number, channels: number): boolean {
  const together = channels % 4 === 0 ? 4 : channels % 2 === 0 ? 2 : 1;
  const each = channels / groups;
  return groups > 1 && each >= 4 && each % together !== 0;
}
