import { createRandom } from '@vitrine/grad';
import { type Augmentation, augmentPicture } from './augment.js';
import { normalisePicture, type PictureSpec, pictureSize } from './picture.js';
import type { PictureCache } from './picture-cache.js';

/** One batch as the network takes it. */
export interface PictureBatch {
  readonly pictures: Float32Array;
  readonly labels: Int32Array;
}

/** An example: its place in the cache and its class. */
export interface LabelledPicture {
  readonly index: number;
  readonly label: number;
}

/** The order of an epoch: a permutation that depends on seed and epoch alone. */
export function epochOrder(count: number, seed: number, epoch: number): Int32Array {
  return createRandom(seed, 'order', epoch).shuffle(Int32Array.from({ length: count }, (_, i) => i));
}

/** Builds training batches; equal arguments give equal batches, so that a resumed training goes on exactly. */
export class BatchLoader {
  private readonly pixels: Uint8Array;

  constructor(
    private readonly cache: PictureCache,
    private readonly spec: PictureSpec,
  ) {
    this.pixels = new Uint8Array(pictureSize(spec));
  }

  /** A varied batch. The random numbers of an example depend on seed, epoch and its place in the cache. */
  training(
    examples: readonly LabelledPicture[],
    augmentation: Augmentation,
    seed: number,
    epoch: number,
  ): PictureBatch {
    return this.batch(examples, (index, target, offset) => {
      const random = createRandom(seed, 'augment', epoch, index);
      augmentPicture(this.pixels, this.spec, augmentation, random, target, offset);
    });
  }

  /** A batch of pictures as they are. */
  plain(examples: readonly LabelledPicture[]): PictureBatch {
    return this.batch(examples, (_, target, offset) => normalisePicture(this.pixels, this.spec, target, offset));
  }

  private batch(
    examples: readonly LabelledPicture[],
    write: (index: number, target: Float32Array, offset: number) => void,
  ): PictureBatch {
    const size = this.pixels.length;
    const pictures = new Float32Array(examples.length * size);
    examples.forEach(({ index }, i) => {
      this.cache.read(index, this.pixels);
      write(index, pictures, i * size);
    });
    return { pictures, labels: Int32Array.from(examples, ({ label }) => label) };
  }
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
