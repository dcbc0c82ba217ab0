import { node, type SingleNodeOptions } from '../graph/node.js';
import { broadcastShapes, sameShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { activateAffine, addToAffine } from './blocked-affine.js';
import { intoBlocks, isInBlocks, outOfBlocks } from './channel-blocks.js';

/**
 * An operator that treats each element by itself, its operands broadcast. Where one of them has its channels in blocks and
 * the others have its shape or none, it is computed in blocks, and a convolution that follows finds them so.
 */
export function emitElementwise(
  operator: string,
  operands: readonly [Tensor, ...Tensor[]],
  options: SingleNodeOptions = {},
): Tensor {
  const shape = operands.map((operand) => operand.shape).reduce(broadcastShapes);
  const alike = operands.every((operand) => operand.shape.length === 0 || sameShape(operand.shape, shape));
  if (!alike || !operands.some(isInBlocks)) return node(operator, operands, shape, options);
  const blocked = operands.map((operand) => (operand.shape.length === 0 ? operand : intoBlocks(operand)));
  return outOfBlocks(merged(operator, blocked) ?? node(operator, blocked as [Tensor, ...Tensor[]], shape, options));
}

/** The result of an operator that the convolution before it can compute too. */
function merged(operator: string, [a, b]: readonly Tensor[]): Tensor | undefined {
  if (operator === 'Relu') return activateAffine(a!);
  return operator === 'Add' && b!.shape.length > 0 ? addToAffine(a!, b!) : undefined;
}
