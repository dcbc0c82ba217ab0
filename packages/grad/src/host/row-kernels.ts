import { GradError } from '../errors.js';

/** The inner loops over rows of float32 numbers, in WebAssembly with 128-bit vectors: ten times loops in JavaScript. */
interface RowKernels {
  /** y[0 … n) += a · x[0 … n). `y` and `x` are byte addresses in the memory. */
  axpy(y: number, x: number, n: number, a: number): void;
  /** Σ x[0 … n)². */
  squareSum(x: number, n: number): number;
}

/** Memory of its own with the kernels that work in it. */
export interface RowMemory extends RowKernels {
  /** A view of `length` numbers from a byte address. Valid until the next `reserve`. */
  floats(address: number, length: number): Float32Array;
  /** A view of everything. Valid until the next `reserve`. */
  all(): Float32Array;
  /** Grows the memory to at least that many bytes. Throws `shape` when that is more than 4 GB or the system has. */
  reserve(bytes: number): void;
}

/** The part of WebAssembly's JavaScript interface used here; Node's type definitions leave it out. */
declare const WebAssembly: {
  readonly Memory: new (options: { initial: number }) => { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

const PAGE = 65536;

export function createRowMemory(): RowMemory {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(assemble()), { host: { memory } });
  const { axpy, squareSum } = instance.exports as RowKernels;
  return {
    axpy,
    squareSum,
    floats: (address, length) => new Float32Array(memory.buffer, address, length),
    all: () => new Float32Array(memory.buffer),
    reserve(bytes) {
      const missing = Math.ceil((bytes - memory.buffer.byteLength) / PAGE);
      if (missing <= 0) return;
      try {
        memory.grow(missing);
      } catch (cause) {
        throw new GradError('shape', `A table needs ${bytes} bytes; at most 4 GB are possible. Use fewer rows.`, {
          cause,
        });
      }
    },
  };
}

const I32 = 0x7f;
const F32 = 0x7d;
const V128 = 0x7b;

// Instructions, by their numbers in the WebAssembly core specification 2.0.
const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const i32 = (value: number) => [0x41, value];
const ADD = 0x6a;
const AND = 0x71;
const SHIFT_LEFT = 0x74;
const LESS_UNSIGNED = 0x49;
const loadF32 = [0x2a, 2, 0];
const storeF32 = [0x38, 2, 0];
const F32_ADD = 0x92;
const F32_MUL = 0x94;
const loadV128 = [0xfd, 0x00, 2, 0];
const storeV128 = [0xfd, 0x0b, 2, 0];
const splat = [0xfd, 0x13];
const lane = (index: number) => [0xfd, 0x1f, index];
const V_ADD = [0xfd, 0xe4, 0x01];
const V_MUL = [0xfd, 0xe6, 0x01];
const END = 0x0b;

const advance = (local: number, bytes: number) => [...get(local), ...i32(bytes), ADD, ...set(local)];

/** while (local < limit) body */
const whileBelow = (local: number, limit: number, body: readonly number[]) => [
  ...[0x02, 0x40, 0x03, 0x40], // block, loop
  ...[...get(local), ...get(limit), LESS_UNSIGNED, 0x45, 0x0d, 1], // leave the block unless local < limit
  ...body,
  ...[0x0c, 0, END, END], // again
];

/** limit = pointer + 4 · (n rounded down to vectors, or all of n) */
const setLimit = (limit: number, pointer: number, n: number, mask: number) => [
  ...[...get(n), ...i32(mask), AND, ...i32(2), SHIFT_LEFT],
  ...[...get(pointer), ADD, ...set(limit)],
];
const VECTORS = 0x7c; // −4 in signed LEB128
const ALL = 0x7f; // −1

function axpyBody(): number[] {
  const [y, x, n, a, limit, factors] = [0, 1, 2, 3, 4, 5] as const;
  return [
    ...[2, 1, I32, 1, V128], // locals
    ...[...get(a), ...splat, ...set(factors)],
    ...setLimit(limit, y, n, VECTORS),
    // The scalar loop needs the end of the whole row, so n is replaced by it before y moves.
    ...setLimit(n, y, n, ALL),
    ...whileBelow(y, limit, [
      ...[...get(y), ...get(y), ...loadV128, ...get(factors), ...get(x), ...loadV128, ...V_MUL, ...V_ADD, ...storeV128],
      ...[...advance(y, 16), ...advance(x, 16)],
    ]),
    ...whileBelow(y, n, [
      ...[...get(y), ...get(y), ...loadF32, ...get(a), ...get(x), ...loadF32, F32_MUL, F32_ADD, ...storeF32],
      ...[...advance(y, 4), ...advance(x, 4)],
    ]),
    END,
  ];
}

function squareSumBody(): number[] {
  const [x, n, limit, total, sums] = [0, 1, 2, 3, 4] as const;
  const addLane = (index: number) => [...get(sums), ...lane(index), F32_ADD];
  return [
    ...[3, 1, I32, 1, F32, 1, V128], // locals
    ...setLimit(limit, x, n, VECTORS),
    ...setLimit(n, x, n, ALL),
    ...whileBelow(x, limit, [
      ...[...get(sums), ...get(x), ...loadV128, ...get(x), ...loadV128, ...V_MUL, ...V_ADD, ...set(sums)],
      ...advance(x, 16),
    ]),
    ...[...get(total), ...addLane(0), ...addLane(1), ...addLane(2), ...addLane(3), ...set(total)],
    ...whileBelow(x, n, [
      ...[...get(total), ...get(x), ...loadF32, ...get(x), ...loadF32, F32_MUL, F32_ADD, ...set(total)],
      ...advance(x, 4),
    ]),
    ...[...get(total), END],
  ];
}

/** The module: types, the imported memory, two functions and their names. */
function assemble(): Uint8Array {
  const section = (id: number, content: readonly number[]) => [id, ...unsigned(content.length), ...content];
  const text = (value: string) => [value.length, ...Buffer.from(value)];
  const sized = (body: readonly number[]) => [...unsigned(body.length), ...body];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [2, 0x60, 4, I32, I32, I32, F32, 0, 0x60, 2, I32, I32, 1, F32]),
    ...section(2, [1, ...text('host'), ...text('memory'), 2, 0, 1]),
    ...section(3, [2, 0, 1]),
    ...section(7, [2, ...text('axpy'), 0, 0, ...text('squareSum'), 0, 1]),
    ...section(10, [2, ...sized(axpyBody()), ...sized(squareSumBody())]),
  ]);
}

/** Unsigned LEB128. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}
