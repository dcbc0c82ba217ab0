import type { Random } from '../random.js';

/**
 * Covers a rectangle of planes [channels, height, width] with standard normal noise: 2 to 20 % of the
 * area, of aspect ratio 1/2 to 2 (Zhong et al. 2020).
 */
export function eraseRectangle(
  values: Float32Array,
  size: { readonly channels: number; readonly width: number; readonly height: number },
  random: Random,
): void {
  const { width, height, channels } = size;
  const area = (0.02 + 0.18 * random.uniform()) * width * height;
  const aspect = 2 ** (2 * random.uniform() - 1);
  const tall = Math.min(height, Math.max(1, Math.round(Math.sqrt(area * aspect))));
  const wide = Math.min(width, Math.max(1, Math.round(Math.sqrt(area / aspect))));
  const [top, left] = [random.integer(height - tall + 1), random.integer(width - wide + 1)];
  for (let channel = 0; channel < channels; channel++) {
    for (let row = top; row < top + tall; row++) {
      const start = (channel * height + row) * width;
      for (let column = left; column < left + wide; column++) values[start + column] = random.normal();
    }
  }
}
