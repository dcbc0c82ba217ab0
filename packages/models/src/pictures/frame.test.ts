import { describe, expect, it } from 'vitest';
import type { PackedImage } from '../snapshot/manifest.js';
import { frameFor } from './frame.js';
import { pictureSpecSchema } from './picture.js';

const grey = (width: number, height: number): PackedImage[] =>
  Array.from({ length: 3 }, () => ({
    offset: 0,
    length: width * height,
    sha256: '',
    kind: 'gray8',
    width,
    height,
  }));
const specFor = (images: PackedImage[]) => ({ ...frameFor(images, 100, {}), mean: [0], deviation: [1] });

describe('frameFor', () => {
  it('takes small grey pictures of one size as they are', () => {
    expect(frameFor(grey(28, 28), 100, {})).toMatchObject({ width: 28, height: 28, channels: 1 });
    expect(frameFor(grey(8, 40), 100, {})).toMatchObject({ width: 8, height: 40 });
  });

  it.each([
    [7, 7],
    [40, 4],
    [1, 1],
  ])('scales pictures of %i × %i pixels, since a saved model takes none so small', (width, height) => {
    const spec = specFor(grey(width, height));
    expect(pictureSpecSchema.safeParse(spec).success).toBe(true);
    expect(spec).toMatchObject({ width: 64, height: 64, channels: 1 });
  });
});
