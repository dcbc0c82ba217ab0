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

/** The bytes of a typed array, without copying. */
export function bytesOf(data: TensorData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
