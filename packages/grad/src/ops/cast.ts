import { type DType, onnxType } from '../graph/dtype.js';
import { node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';

/** Converts the elements. No gradient passes. */
export function cast(x: Tensor, dtype: DType): Tensor {
  if (x.dtype === dtype) return x;
  return node('Cast', [x], x.shape, { dtype, attributes: { to: onnxType[dtype] } });
}
