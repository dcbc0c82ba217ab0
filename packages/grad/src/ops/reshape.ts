import { GradError } from '../errors.js';
import { differentiable, node } from '../graph/node.js';
import { formatShape, isShape, type Shape, sameShape, sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { axesConstant } from './broadcast.js';

const sources = new WeakMap<Tensor, Tensor>();

/**
 * The same elements in row-major order under another shape; one size may be −1, to be inferred.
 * The first axis is never written into the graph as a number, so that an exported model takes any batch.
 * Throws `shape` when the sizes are not whole or do not hold as many elements.
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const target = inferShape(x, shape);
  if (sameShape(target, x.shape)) return x;
  const sizes = target.map((size, axis) => (axis > 0 ? size : size === x.shape[0] ? 0 : -1));
  const y = node('Reshape', [x, axesConstant(x, sizes)], target, { dtype: x.dtype });
  sources.set(y, x);
  return differentiable(y, [x], (dy) => [reshape(dy, x.shape)]);
}

/** Keeps the first axis and folds the others into one: [N, …] → [N, rest]. */
export function flatten(x: Tensor): Tensor {
  return reshape(x, [x.shape[0] ?? 1, sizeOf(x.shape.slice(1))]);
}

function inferShape(x: Tensor, shape: Shape): number[] {
  const known = sizeOf(shape.filter((size) => size !== -1));
  const target = shape.map((size) => (size === -1 ? sizeOf(x.shape) / known : size));
  if (shape.filter((size) => size === -1).length > 1 || !isShape(target) || sizeOf(target) !== sizeOf(x.shape)) {
    throw new GradError('shape', `${formatShape(x.shape)} cannot be reshaped to ${formatShape(shape)}.`);
  }
  return target;
}

/** The same elements in the same order before any reshaping, in whatever shape: as a model's output they need no copy. */
export function beforeReshape(x: Tensor): Tensor {
  const source = sources.get(x);
  return source ? beforeReshape(source) : x;
}
