import { GradError } from '../errors.js';
import { bytesOf, type DType, dtypeOf, type TensorData } from '../graph/dtype.js';
import { sizeOf } from '../graph/shape.js';
import { fromBfloat16, fromFloat16 } from './half.js';

/** An array of a safetensors file. */
export interface StoredArray {
  readonly shape: readonly number[];
  readonly data: TensorData;
}

export interface Safetensors {
  readonly arrays: ReadonlyMap<string, StoredArray>;
  readonly metadata: Readonly<Record<string, string>>;
}

const typeNames: Partial<Record<DType, string>> = { float32: 'F32', int32: 'I32', int64: 'I64', uint8: 'U8' };
const MAX_HEADER = 100_000_000;
/** Before it stands its length. */
export const HEADER_START = 8;

/**
 * A safetensors file as pieces to be written one after the other, so that large arrays are not copied.
 * Format: https://huggingface.co/docs/safetensors. Numbers are little-endian, as on all platforms Node runs on.
 */
export function encodeSafetensors(
  arrays: Iterable<readonly [string, StoredArray]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const header: Record<string, unknown> = { __metadata__: metadata };
  const pieces: Uint8Array[] = [];
  let offset = 0;
  // Widest elements first keeps every array aligned to its element size.
  const ordered = [...arrays].sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  for (const [name, { shape, data }] of ordered) {
    header[name] = { dtype: typeNames[dtypeOf(data)], shape, data_offsets: [offset, offset + data.byteLength] };
    pieces.push(bytesOf(data));
    offset += data.byteLength;
  }
  const json = JSON.stringify(header);
  const bytes = Buffer.from(json + ' '.repeat((8 - (Buffer.byteLength(json) % 8)) % 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return [length, bytes, ...pieces];
}

/**
 * Reads a safetensors file. Arrays are copies; float16, bfloat16 and float64 become float32. Throws `checkpoint` when it is cut short, damaged or of another format.
 */
export function decodeSafetensors(file: Uint8Array): Safetensors {
  const { metadata, places } = placesIn(file.subarray(HEADER_START, headerEnd(file, file.byteLength)), file.byteLength);
  const arrays = [...places].map(([name, place]): [string, StoredArray] => [
    name,
    arrayAt(name, place, new Uint8Array(file.subarray(place.start, place.end)).buffer),
  ]);
  return { arrays: new Map(arrays), metadata };
}

/** Where the bytes of an array lie in a file. */
interface Place {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** Where the header of a file of `length` bytes ends, by the bytes before it. Throws `checkpoint` as above. */
export function headerEnd(beginning: Uint8Array, length: number): number {
  const view = new DataView(beginning.buffer, beginning.byteOffset, beginning.byteLength);
  const headerLength = beginning.byteLength >= HEADER_START ? view.getBigUint64(0, true) : -1n;
  if (headerLength < 2n || headerLength > MAX_HEADER) throw damaged('it does not start as a safetensors file');
  const end = HEADER_START + Number(headerLength);
  if (end > length) throw damaged('it is cut short');
  return end;
}

/** What the header of a file of `length` bytes says. Throws `checkpoint` as above. */
export function placesIn(
  header: Uint8Array,
  length: number,
): { metadata: Record<string, string>; places: ReadonlyMap<string, Place> } {
  const { __metadata__: metadata, ...entries } = parseHeader(header);
  if (!isMetadata(metadata ?? {})) throw damaged('its metadata are not texts by name');
  const places = new Map<string, Place>();
  const start = HEADER_START + header.byteLength;
  let expected = start;
  for (const [name, entry] of Object.entries(entries)) {
    if (!isHeaderEntry(entry)) throw damaged(`the header of '${name}' is not valid`);
    const [from, to] = entry.data_offsets;
    if (start + to > length || from > to) throw damaged(`it is cut short inside '${name}'`);
    places.set(name, { dtype: entry.dtype, shape: entry.shape, start: start + from, end: start + to });
    expected += to - from;
    // Arrays may not overlap: a small file could claim any amount of memory.
    if (expected > length) throw damaged(`'${name}' overlaps another array`);
  }
  if (expected !== length) throw damaged(`it has ${length} bytes instead of ${expected}`);
  return { metadata: (metadata ?? {}) as Record<string, string>, places };
}

/** The array whose bytes are `buffer`. Throws `checkpoint` when they are of a type not supported, or not as many. */
export function arrayAt(name: string, { dtype, shape }: Place, buffer: ArrayBuffer): StoredArray {
  const data = view(dtype, buffer);
  if (!data) throw new GradError('checkpoint', `The array '${name}' has the type ${dtype}, which is not supported.`);
  if (data.length !== sizeOf(shape)) throw damaged(`'${name}' holds ${data.length} values, not [${shape}]`);
  return { shape, data };
}

interface HeaderEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof header === 'object' && header !== null && !Array.isArray(header))
      return header as Record<string, unknown>;
  } catch {
    // Reported below, with the same words as a header that is not an object.
  }
  throw damaged('its header is not a JSON object');
}

function isMetadata(value: unknown): boolean {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && Object.values(value).every((text) => typeof text === 'string');
}

function isHeaderEntry(value: unknown): value is HeaderEntry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Partial<HeaderEntry>;
  const natural = (n: unknown) => Number.isSafeInteger(n) && (n as number) >= 0;
  return (
    typeof dtype === 'string' &&
    Array.isArray(shape) &&
    shape.every(natural) &&
    Array.isArray(offsets) &&
    offsets.length === 2 &&
    offsets.every(natural)
  );
}

function view(type: string, buffer: ArrayBuffer): TensorData | undefined {
  const width = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, U8: 1, BOOL: 1 }[type];
  if (width === undefined || buffer.byteLength % width !== 0) return undefined;
  switch (type) {
    case 'F64':
      return new Float32Array(new Float64Array(buffer));
    case 'F32':
      return new Float32Array(buffer);
    case 'F16':
      return fromFloat16(new Uint16Array(buffer));
    case 'BF16':
      return fromBfloat16(new Uint16Array(buffer));
    case 'I64':
      return new BigInt64Array(buffer);
    case 'I32':
      return new Int32Array(buffer);
    default:
      return new Uint8Array(buffer);
  }
}

function damaged(why: string): GradError {
  return new GradError('checkpoint', `The file is not a complete safetensors file: ${why}. Use another copy.`);
}
