import { createRowMemory, type RowMemory } from '../host/row-kernels.js';

/** Made when it is first needed. */
let scratch: RowMemory | undefined;

/**
 * Gaussian blur of planes [planes, height, width] in place; cut off at 3 σ, edges repeated; at σ 0 none. Along an axis it
 * is a weighted sum of shifted pictures, which is what vector kernels do fastest.
 */
export function blur(
  values: Float32Array,
  { width, height }: { readonly width: number; readonly height: number },
  sigma: number,
): void {
  if (!(sigma > 0)) return;
  scratch ??= createRowMemory();
  const kernel = gaussian(sigma);
  const radius = (kernel.length - 1) / 2;
  const [wide, tall] = [width + 2 * radius, height + 2 * radius];
  const bytes = 4 * wide * tall;
  scratch.reserve(3 * bytes);
  const [padded, across, blurred] = [0, bytes, 2 * bytes];
  for (let start = 0; start < values.length; start += width * height) {
    const plane = values.subarray(start, start + width * height);
    pad(plane, width, radius, scratch.floats(padded, wide * tall));
    sumShifted(scratch, across, padded, wide * tall - 2 * radius, kernel, 1);
    sumShifted(scratch, blurred, across, wide * height, kernel, wide);
    const result = scratch.floats(blurred, wide * height);
    for (let y = 0; y < height; y++) plane.set(result.subarray(y * wide, y * wide + width), y * width);
  }
}

/** Surrounds a plane by `radius` repetitions of its edges. */
function pad(plane: Float32Array, width: number, radius: number, into: Float32Array): void {
  const wide = width + 2 * radius;
  const last = plane.length - width;
  for (let to = 0, y = -radius; to < into.length; to += wide, y++) {
    const from = Math.min(last, Math.max(0, y * width));
    into.fill(plane[from]!, to, to + radius);
    into.set(plane.subarray(from, from + width), to + radius);
    into.fill(plane[from + width - 1]!, to + radius + width, to + wide);
  }
}

/** to[i] = Σ kernel[k] · from[i + k · step], for `count` numbers. */
function sumShifted(
  memory: RowMemory,
  to: number,
  from: number,
  count: number,
  kernel: Float64Array,
  step: number,
): void {
  memory.floats(to, count).fill(0);
  kernel.forEach((weight, k) => {
    memory.axpy(to, from + 4 * k * step, count, weight);
  });
}

/** The weights from −radius to radius, which sum to 1. */
function gaussian(sigma: number): Float64Array {
  const radius = Math.max(1, Math.ceil(3 * sigma));
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-0.5 * ((i - radius) / sigma) ** 2));
  const total = weights.reduce((sum, weight) => sum + weight);
  return weights.map((weight) => weight / total);
}
