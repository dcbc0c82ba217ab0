import { openSync, readSync } from 'node:fs';
import { type Augmentation, type ExampleSource, pictureSource } from '@vitrine/grad';
import { type PictureSpec, pictureSize } from './picture.js';

export interface TrainingPicturesOptions {
  /** A picture cache's file. */
  readonly path: string;
  readonly spec: PictureSpec;
  readonly augmentation: Augmentation;
  /** Class numbers by place in the cache; without them there is no `labels`. */
  readonly labels?: Int32Array;
  /** Views of each picture, each varied by itself. Default 1. */
  readonly views?: number;
}

/**
 * The varied pictures of a training, in the threads of its loader: `pictures` [C, H, W], or [views, C, H, W] for several
 * views, and `labels` [].
 */
export function open({ path, spec, augmentation, labels, views = 1 }: TrainingPicturesOptions): ExampleSource {
  const file = openSync(path, 'r');
  const size = pictureSize(spec);
  return pictureSource({
    form: spec,
    augmentation,
    views,
    ...(labels ? { label: (index: number) => labels[index]! } : {}),
    decode(index) {
      const pixels = new Uint8Array(size);
      if (readSync(file, pixels, 0, size, index * size) !== size) throw new Error(`Picture ${index} is cut short.`);
      return { width: spec.width, height: spec.height, channels: spec.channels, pixels };
    },
  });
}
