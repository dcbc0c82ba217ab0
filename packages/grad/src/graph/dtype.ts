import { GradError } from '../errors.js';

/** Element types of tensors. `bool` is stored as one byte per element. */
export type DType = 'float32' | 'int32' | 'int64' | 'uint8' | 'int8' | 'bool';

/** The array that holds elements of one of the supported types. */
export type TensorData = Float32Array | Int32Array | BigInt64Array | Uint8Array | Int8Array;

/** ONNX `TensorProto.DataType` numbers. */
export const onnxType: Record<DType, number> = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9 };

/** The dtype a typed array stands for when none is named. */
export function dtypeOf(data: TensorData): DType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Int32Array) return 'int32';
  if (data instanceof BigInt64Array) return 'int64';
  return data instanceof Int8Array ? 'int8' : 'uint8';
}

/** True when `data` is the array in which elements of `dtype` are stored. */
export function holds(dtype: DType, data: TensorData): boolean {
  return dtypeOf(data) === (dtype === 'bool' ? 'uint8' : dtype);
}

/** The integers that each type holds; of int64 those that a JavaScript number tells apart. */
const integers: Record<Exclude<DType, 'float32'>, readonly [least: number, largest: number]> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  uint8: [0, 255],
  int8: [-128, 127],
  bool: [0, 1],
};

/** One element. Throws `dtype` for a number that the type could only round or wrap to another, but for float32. */
export function scalarOf(value: number, dtype: DType): TensorData {
  if (dtype === 'float32') return Float32Array.of(value);
  const [least, largest] = integers[dtype];
  if (!(Number.isInteger(value) && value >= least && value <= largest)) {
    throw new GradError('dtype', `${value} cannot be held by ${dtype}; cast the tensor beside it to float32 first.`);
  }
  if (dtype === 'int64') return BigInt64Array.of(BigInt(value));
  if (dtype === 'int32') return Int32Array.of(value);
  return dtype === 'int8' ? Int8Array.of(value) : Uint8Array.of(value);
}

/** The bytes of a typed array, without copying. */
export function bytesOf(data: TensorData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
