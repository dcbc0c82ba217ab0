import type { Random } from '../random.js';
import type { Augmentation } from './augmentation.js';

/** The part of a picture that is seen, in its pixels with fractions; it may reach beyond the edges. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Seen from behind: left and right exchanged. */
  readonly mirrored: boolean;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

const TRIES = 10;

/** The window on a picture that an augmentation draws. */
export function drawWindow(picture: Size, augmentation: Augmentation, random: Random): Window {
  const { flip = 0, crop, zoom = 0, shift = 0 } = augmentation;
  const mirrored = flip > 0 && random.uniform() < flip;
  if (crop) return { ...drawCrop(picture, crop, random), mirrored };
  const between = (limit: number) => (2 * random.uniform() - 1) * limit;
  const [scale, aspect] = [1 + between(zoom), 1 + between(zoom / 2)];
  const [dx, dy] = [Math.round(between(shift) * picture.width), Math.round(between(shift) * picture.height)];
  const [width, height] = [picture.width * scale * aspect, (picture.height * scale) / aspect];
  return { left: (picture.width - width) / 2 + dx, top: (picture.height - height) / 2 + dy, width, height, mirrored };
}

/** Draws until a window fits into the picture, else takes the largest in the middle that keeps to the aspect ratios. */
function drawCrop(
  { width, height }: Size,
  { area: [least, most] = [0.08, 1], aspect: [narrow, wide] = [3 / 4, 4 / 3] }: NonNullable<Augmentation['crop']>,
  random: Random,
): Omit<Window, 'mirrored'> {
  for (let tries = 0; tries < TRIES; tries++) {
    const area = (least + (most - least) * random.uniform()) * width * height;
    const aspect = narrow * (wide / narrow) ** random.uniform();
    const [w, h] = [Math.sqrt(area * aspect), Math.sqrt(area / aspect)];
    if (w <= width && h <= height) {
      return { left: random.uniform() * (width - w), top: random.uniform() * (height - h), width: w, height: h };
    }
  }
  const [w, h] = [Math.min(width, height * wide), Math.min(height, width / narrow)];
  return { left: (width - w) / 2, top: (height - h) / 2, width: w, height: h };
}
