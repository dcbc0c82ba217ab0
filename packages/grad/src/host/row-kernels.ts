import { GradError } from '../errors.js';
import { rowKernelsModule } from './row-kernels.wasm.js';

/** The inner loops over rows of float32 numbers, in WebAssembly with 128-bit vectors: ten times loops in JavaScript. */
interface RowKernels {
  /** y[0 … n) += a · x[0 … n). `y` and `x` are byte addresses in the memory. */
  axpy(y: number, x: number, n: number, a: number): void;
  /** Σ x[0 … n)². */
  squareSum(x: number, n: number): number;
  /**
   * One step of Adam over n numbers at four byte addresses, of the values, their gradient and its two moments:
   * m = m·β₁ + g·γ₁, v = v·β₂ + g²·γ₂, w = w − rate · m / (√v · inverse + ε).
   */
  adam(...step: AdamStep): void;
}

export type AdamStep = readonly [
  ...addresses: [values: number, gradient: number, mean: number, square: number],
  n: number,
  ...factors: [beta1: number, gamma1: number, beta2: number, gamma2: number],
  ...last: [rate: number, inverse: number, epsilon: number],
];

/** Memory of its own with the kernels that work in it. */
export interface RowMemory extends RowKernels {
  /** A view of `length` numbers from a byte address. Valid until the next `reserve`. */
  floats(address: number, length: number): Float32Array;
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
const LIMIT =
  'they lie in one memory, of at most 4 GB and what the system has. Use a table of fewer rows, or a smaller model.';

export function createRowMemory(): RowMemory {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(rowKernelsModule()), { host: { memory } });
  const { axpy, squareSum, adam } = instance.exports as RowKernels;
  return {
    axpy,
    squareSum,
    adam,
    floats: (address, length) => new Float32Array(memory.buffer, address, length),
    reserve(bytes) {
      const missing = Math.ceil((bytes - memory.buffer.byteLength) / PAGE);
      if (missing <= 0) return;
      try {
        memory.grow(missing);
      } catch (cause) {
        throw new GradError('shape', `${bytes} bytes of numbers are too many: ${LIMIT}`, { cause });
      }
    },
  };
}
