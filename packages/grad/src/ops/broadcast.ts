import { GradError } from '../errors.js';
import { node } from '../graph/node.js';
import { reducedShape, type Shape, sameShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { emitElementwise } from '../lower/elementwise.js';

/** The second operand of an arithmetic op: a tensor, or a number that stands for a scalar constant. */
export type Operand = Tensor | number;

/**
 * Emits a two-operand ONNX operator whose operands broadcast. Throws `dtype` when their types differ, as they do
 * where `b` is a number that the type of `a` does not hold.
 */
export function emitBroadcast(operator: string, a: Tensor, b: Operand): { output: Tensor; right: Tensor } {
  const right = typeof b === 'number' ? a.graph.constant(b, [], a.dtype) : b;
  if (a.dtype !== right.dtype) throw new GradError('dtype', `${operator} cannot mix ${a.dtype} with ${right.dtype}.`);
  const output = emitElementwise(operator, [alongside(a, right), alongside(right, a)], { dtype: a.dtype });
  return { output, right };
}

/**
 * A scalar beside a tensor that ends in an axis of size 1, such as the weight of a 1×1 convolution, is given the same
 * rank: otherwise the runtime goes element by element, twenty times slower.
 */
function alongside(x: Tensor, other: Tensor): Tensor {
  if (x.shape.length > 0 || other.shape.at(-1) !== 1) return x;
  const shape = other.shape.map(() => 1);
  return node('Reshape', [x, axesConstant(x, shape)], shape, { dtype: x.dtype });
}

/** Sums `x` over the axes along which `shape` was broadcast to it: the adjoint of broadcasting. Not on the tape. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.shape.length - shape.length;
  const axes = x.shape.flatMap((size, axis) => (axis < lead || (shape[axis - lead] === 1 && size !== 1) ? [axis] : []));
  const summed =
    axes.length === 0
      ? x
      : node('ReduceSum', [x, axesConstant(x, axes)], reducedShape(x.shape, axes, true), {
          attributes: { keepdims: 1 },
        });
  return sameShape(summed.shape, shape) ? summed : node('Reshape', [summed, axesConstant(x, shape)], shape);
}

/** A list of integers (axes, sizes, offsets) as the int64 constant that ONNX operators take. */
export function axesConstant(like: Tensor, values: readonly number[]): Tensor {
  return like.graph.constant(BigInt64Array.from(values, BigInt), [values.length], 'int64');
}
