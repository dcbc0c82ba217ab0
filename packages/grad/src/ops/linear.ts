import { GradError } from '../errors.js';
import { differentiable, node } from '../graph/node.js';
import { formatShape, sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { reshape } from './reshape.js';
import { emitReduce } from './sum.js';

/** x · Wᵀ + b for x [.., in], weight [out, in] and bias [out] → [.., out]. One Gemm forward, two backward. */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const [out, features] = weight.shape;
  if (weight.shape.length !== 2 || features === undefined || out === undefined || x.shape.at(-1) !== features) {
    throw new GradError('shape', `linear: x ${formatShape(x.shape)} does not fit weight ${formatShape(weight.shape)}.`);
  }
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== out)) {
    throw new GradError('shape', `linear: bias ${formatShape(bias.shape)} should be [${out}].`);
  }
  const rows = reshape(x, [sizeOf(x.shape.slice(0, -1)), features]);
  return reshape(gemm(rows, weight, bias), [...x.shape.slice(0, -1), out]);
}

function gemm(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const rows = x.shape[0]!;
  const y = node('Gemm', [x, weight, bias], [rows, weight.shape[0]!], { attributes: { transB: 1 } });
  return differentiable(y, bias ? [x, weight, bias] : [x, weight], (dy) => [
    node('Gemm', [dy, weight], x.shape),
    node('Gemm', [dy, x], weight.shape, { attributes: { transA: 1 } }),
    bias && emitReduce('ReduceSum', dy, [0], false),
  ]);
}
