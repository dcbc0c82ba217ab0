import { normalisePicture, type PictureSpec, pictureSize } from './picture.js';
import type { PictureCache } from './picture-cache.js';

/** An example: its place in the cache and its class. */
export interface LabelledPicture {
  readonly index: number;
  readonly label: number;
}

/** A batch of pictures as they are, as the network takes it. */
export function plainBatch(
  cache: PictureCache,
  spec: PictureSpec,
  examples: readonly LabelledPicture[],
): { pictures: Float32Array; labels: Int32Array } {
  const size = pictureSize(spec);
  const pixels = new Uint8Array(size);
  const pictures = new Float32Array(examples.length * size);
  examples.forEach(({ index }, i) => {
    cache.read(index, pixels);
    normalisePicture(pixels, spec, pictures, i * size);
  });
  return { pictures, labels: Int32Array.from(examples, ({ label }) => label) };
}

/** Mean and deviation of each channel over a sample of pictures, in 0–255. */
export function pictureStatistics(
  cache: PictureCache,
  sample: readonly number[],
): { mean: number[]; deviation: number[] } {
  const { channels } = cache.frame;
  const pixels = new Uint8Array(pictureSize(cache.frame));
  const [sum, squares] = [new Float64Array(channels), new Float64Array(channels)];
  for (const index of sample) {
    cache.read(index, pixels);
    for (let i = 0; i < pixels.length; i++) {
      const value = pixels[i]!;
      sum[i % channels]! += value;
      squares[i % channels]! += value * value;
    }
  }
  const count = Math.max(1, (sample.length * pixels.length) / channels);
  const mean = Array.from(sum, (total) => total / count);
  const deviation = mean.map((m, c) => Math.max(1, Math.sqrt(Math.max(0, squares[c]! / count - m * m))));
  return { mean, deviation };
}
