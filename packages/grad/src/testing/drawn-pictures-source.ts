import type { OpenSource } from '../loading/example-source.js';
import type { PictureForm } from '../loading/picture.js';
import { pictureSource } from '../loading/picture-source.js';
import { createRandom } from '../random.js';

export const DRAWN: PictureForm = { width: 8, height: 8, channels: 3, mean: [128, 128, 128], deviation: [64, 64, 64] };

/** Noisy pictures of 10 × 10 pixels that are lighter at the left or, every second one, at the top; masks say where. */
export const open: OpenSource<{ views?: number; masks?: boolean; labels?: boolean }> = ({
  labels = true,
  ...options
}) =>
  pictureSource({
    form: DRAWN,
    augmentation: { shift: 0.1, jitter: { brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.05 }, erase: 0.2 },
    ...(labels ? { label: (index: number) => index % 2 } : {}),
    decode(index) {
      const random = createRandom(index, 'drawn');
      const light = (i: number) => (index % 2 === 0 ? i % 10 < 5 : i < 50);
      const pixels = Uint8Array.from(
        { length: 300 },
        (_, i) => (light(Math.floor(i / 3)) ? 150 : 60) + random.integer(60),
      );
      const mask = Uint8Array.from({ length: 100 }, (_, i) => (light(i) ? 1 : 0));
      return { width: 10, height: 10, channels: 3, pixels, mask };
    },
    ...options,
  });
