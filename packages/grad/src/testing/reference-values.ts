import { expect } from 'vitest';

/** Norm and four elements of an array, as the scripts in reference/ store them. */
export interface Probe {
  readonly norm: number;
  readonly values: readonly number[];
}

/** Relative to a tensor's norm, or to its root mean square for single elements; measured: 6e-4 at most. */
const TOLERANCE = 1e-3;
/** Gradients that are zero but for rounding, such as that of a bias before another normalization. */
const NEGLIGIBLE = 1e-3;

/** Compares with what PyTorch computed in double precision. */
export function expectProbe(name: string, actual: Float32Array | undefined, { norm, values }: Probe): void {
  expect(actual, name).toBeDefined();
  const scale = Math.max(norm, NEGLIGIBLE);
  const actualNorm = Math.sqrt(actual!.reduce((total, value) => total + value * value, 0));
  expect(Math.abs(actualNorm - norm) / scale, `norm of ${name}`).toBeLessThan(TOLERANCE);
  const { length } = actual!;
  [0, Math.floor(length / 3), Math.floor((2 * length) / 3), length - 1].forEach((at, i) => {
    const deviation = Math.abs(actual![at]! - values[i]!) / (scale / Math.sqrt(length));
    expect(deviation, `${name} at ${at}`).toBeLessThan(TOLERANCE);
  });
}

/** The formula for weights and inputs in reference/backbones.py: FNV-1a of the name, MurmurHash3's mixer over positions, values in [−1, 1). */
export function formula(name: string, count: number): Float64Array {
  let seed = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) seed = Math.imul(seed ^ byte, 0x01000193);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let h = Math.imul(i, 0x9e3779b9) + seed;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    values[i] = ((h ^ (h >>> 16)) >>> 0) / 2 ** 31 - 1;
  }
  return values;
}
