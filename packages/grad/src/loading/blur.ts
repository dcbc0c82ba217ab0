/** Gaussian blur of planes [planes, height, width] in place; cut off at 3 σ, edges repeated; at σ 0 none. */
export function blur(
  values: Float32Array,
  { width, height }: { readonly width: number; readonly height: number },
  sigma: number,
): void {
  if (!(sigma > 0)) return;
  const kernel = gaussian(sigma);
  const area = width * height;
  const across = new Float32Array(area);
  for (let start = 0; start < values.length; start += area) {
    const plane = values.subarray(start, start + area);
    blurRows(plane, across, width, kernel);
    blurColumns(across, plane, width, kernel);
  }
}

function blurRows(from: Float32Array, to: Float32Array, width: number, kernel: Float64Array): void {
  const radius = kernel.length - 1;
  const line = new Float64Array(width + 2 * radius);
  for (let start = 0; start < from.length; start += width) {
    for (let x = 0; x < width; x++) line[radius + x] = from[start + x]!;
    line.fill(line[radius]!, 0, radius);
    line.fill(line[radius + width - 1]!, radius + width);
    for (let x = 0; x < width; x++) {
      const centre = radius + x;
      let sum = kernel[0]! * line[centre]!;
      for (let k = 1; k <= radius; k++) sum += kernel[k]! * (line[centre - k]! + line[centre + k]!);
      to[start + x] = sum;
    }
  }
}

/** Whole rows at a time, so that memory is read in its order. */
function blurColumns(from: Float32Array, to: Float32Array, width: number, kernel: Float64Array): void {
  const last = from.length - width;
  const sums = new Float64Array(width);
  for (let start = 0; start < from.length; start += width) {
    for (let x = 0; x < width; x++) sums[x] = kernel[0]! * from[start + x]!;
    for (let k = 1; k < kernel.length; k++) {
      const [above, below] = [Math.max(0, start - k * width), Math.min(last, start + k * width)];
      const weight = kernel[k]!;
      for (let x = 0; x < width; x++) sums[x] = sums[x]! + weight * (from[above + x]! + from[below + x]!);
    }
    to.set(sums, start);
  }
}

/** The weights at distance 0, 1, …; those of both sides sum to 1. */
function gaussian(sigma: number): Float64Array {
  const radius = Math.max(1, Math.ceil(3 * sigma));
  const weights = Float64Array.from({ length: radius + 1 }, (_, i) => Math.exp(-0.5 * (i / sigma) ** 2));
  const total = 2 * weights.reduce((sum, weight) => sum + weight) - weights[0]!;
  return weights.map((weight) => weight / total);
}
