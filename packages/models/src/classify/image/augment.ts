import type { Random } from '@vitrine/grad';
import type { PictureSpec } from './picture.js';

/** How pictures are varied in training. Zero everywhere leaves them as they are. */
export interface Augmentation {
  /** Mirror left and right, every second time. */
  readonly flip: boolean;
  /** Largest shift, as a fraction of the size; a whole number of pixels. */
  readonly shift: number;
  /** Largest deviation of the scale from 1, and half of it that of the aspect ratio. */
  readonly zoom: number;
  /** Probability of covering a random rectangle with noise (Zhong et al. 2020). */
  readonly erase: number;
  /** Largest deviation of contrast from 1, and of brightness in standard deviations. */
  readonly colour: number;
}

/** Writes a randomly varied picture [H, W, C] of bytes as normalised floats [C, H, W] into `target` from `offset` on. */
export function augmentPicture(
  picture: Uint8Array,
  spec: PictureSpec,
  { flip, shift, zoom, erase, colour }: Augmentation,
  random: Random,
  target: Float32Array,
  offset: number,
): void {
  const between = (limit: number) => (2 * random.uniform() - 1) * limit;
  const mirrored = flip && random.uniform() < 0.5;
  const [scale, aspect] = [1 + between(zoom), 1 + between(zoom / 2)];
  const [dx, dy] = [Math.round(between(shift) * spec.width), Math.round(between(shift) * spec.height)];
  resample(picture, spec, { x: (mirrored ? -1 : 1) * scale * aspect, y: scale / aspect, dx, dy }, target, offset);
  if (colour > 0) recolour(spec, 1 + between(colour), between(colour), target, offset);
  if (random.uniform() < erase) eraseRectangle(spec, random, target, offset);
}

/** Source position of a target pixel: centre + step · (target − centre) + shift. */
interface Placement {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
}

/** Bilinear; beyond the edge the edge's own pixels go on. */
function resample(picture: Uint8Array, spec: PictureSpec, at: Placement, target: Float32Array, offset: number): void {
  const { width, height, channels, mean, deviation } = spec;
  const columns = axis(width, at.x, at.dx);
  const rows = axis(height, at.y, at.dy);
  for (let channel = 0; channel < channels; channel++) {
    const scale = 1 / deviation[channel]!;
    const bias = mean[channel]!;
    let to = offset + channel * width * height;
    for (let row = 0; row < height; row++) {
      const upper = rows.low[row]! * width;
      const lower = rows.high[row]! * width;
      const down = rows.share[row]!;
      for (let column = 0; column < width; column++) {
        const left = columns.low[column]!;
        const right = columns.high[column]!;
        const across = columns.share[column]!;
        const a = picture[(upper + left) * channels + channel]!;
        const b = picture[(upper + right) * channels + channel]!;
        const c = picture[(lower + left) * channels + channel]!;
        const d = picture[(lower + right) * channels + channel]!;
        const top = a + (b - a) * across;
        target[to++] = (top + (c + (d - c) * across - top) * down - bias) * scale;
      }
    }
  }
}

/** Along one axis: the two source pixels each target pixel lies between, and how far it is towards the second. */
function axis(size: number, step: number, shift: number): { low: Int32Array; high: Int32Array; share: Float32Array } {
  const [low, high, share] = [new Int32Array(size), new Int32Array(size), new Float32Array(size)];
  const centre = (size - 1) / 2;
  for (let i = 0; i < size; i++) {
    const position = Math.min(size - 1, Math.max(0, centre + step * (i - centre) + shift));
    low[i] = Math.floor(position);
    high[i] = Math.min(size - 1, low[i]! + 1);
    share[i] = position - low[i]!;
  }
  return { low, high, share };
}

function recolour(spec: PictureSpec, contrast: number, brightness: number, target: Float32Array, offset: number): void {
  const end = offset + spec.width * spec.height * spec.channels;
  for (let i = offset; i < end; i++) target[i] = target[i]! * contrast + brightness;
}

/** A rectangle of 2 to 20 % of the area, of aspect ratio 1/2 to 2. */
function eraseRectangle(spec: PictureSpec, random: Random, target: Float32Array, offset: number): void {
  const { width, height, channels } = spec;
  const area = (0.02 + 0.18 * random.uniform()) * width * height;
  const aspect = 2 ** (2 * random.uniform() - 1);
  const tall = Math.min(height, Math.max(1, Math.round(Math.sqrt(area * aspect))));
  const wide = Math.min(width, Math.max(1, Math.round(Math.sqrt(area / aspect))));
  const [top, left] = [random.integer(height - tall + 1), random.integer(width - wide + 1)];
  for (let channel = 0; channel < channels; channel++) {
    for (let row = top; row < top + tall; row++) {
      const start = offset + (channel * height + row) * width;
      for (let column = left; column < left + wide; column++) target[start + column] = random.normal();
    }
  }
}
