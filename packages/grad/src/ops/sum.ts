import { differentiable, node } from '../graph/node.js';
import { normalizeAxes, reducedShape, type Shape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { axesConstant } from './broadcast.js';
import { reshape } from './reshape.js';

export interface ReduceOptions {
  /** Keep the reduced axes with size 1. Default false. */
  readonly keepAxes?: boolean;
}

/** Sum over `axes`; over all of them when none are named. */
export function sum(x: Tensor, axes?: readonly number[], { keepAxes = false }: ReduceOptions = {}): Tensor {
  const reduced = normalizeAxes(axes, x.shape.length);
  const y = emitReduce('ReduceSum', x, reduced, keepAxes);
  return differentiable(y, [x], (dy) => [spread(dy, x.shape, reduced)]);
}

/** Emits an ONNX reduction with its axes as an input. */
export function emitReduce(operator: string, x: Tensor, axes: readonly number[], keepAxes: boolean): Tensor {
  const shape = reducedShape(x.shape, axes, keepAxes);
  return node(operator, [x, axesConstant(x, axes)], shape, {
    attributes: { keepdims: keepAxes ? 1 : 0, noop_with_empty_axes: 1 },
  });
}

/** Repeats a reduced value along the axes that were reduced: the adjoint of a sum. */
export function spread(reduced: Tensor, shape: Shape, axes: readonly number[]): Tensor {
  const kept = reshape(reduced, reducedShape(shape, axes, true));
  return node('Expand', [kept, axesConstant(kept, shape)], shape);
}
