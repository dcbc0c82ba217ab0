import sharp from 'sharp';
import { TILE } from '../fabric/materials.js';
import { union } from '../geometry/path.js';
import { type Backdrop, paperGrain, paperLight, rowColour } from './backdrop.js';
import { compose } from './compose.js';
import { illuminate } from './light.js';
import type { Drawing } from './part.js';
import { albedo, partMap, type View } from './raster.js';

export type ImageFormat = 'jpeg' | 'webp' | 'png';

export interface RenderOptions {
  /** Side of the square picture in pixels; default 512. */
  size?: number;
  /** Default `jpeg`. */
  format?: ImageFormat;
}

/** Smallest side that is drawn; smaller pictures are reduced from it, so that fine weaves do not turn to noise. */
const SMALLEST = 256;

let grain: Float32Array | undefined;

function grainTile(): Float32Array {
  grain ??= Float32Array.from({ length: TILE * TILE }, (_, i) => paperGrain(i % TILE, Math.floor(i / TILE)));
  return grain;
}

/** A square view that centres a drawing and leaves `margin` (a share of the side) around it. */
export function frame(drawing: Drawing, size: number, margin: number): View {
  const box = union(drawing.map((part) => part.path.bounds));
  const side = Math.max(box.right - box.left, box.bottom - box.top) / (1 - 2 * margin);
  return {
    width: size,
    height: size,
    left: (box.left + box.right - side) / 2,
    top: (box.top + box.bottom - side) / 2,
    scale: size / side,
  };
}

/** Encodes raw RGB. */
export function encode(
  picture: Buffer,
  width: number,
  height: number,
  format: ImageFormat,
  side?: number,
): Promise<Buffer> {
  const image = sharp(picture, { raw: { width, height, channels: 3 } });
  const sized = side === undefined || side === width ? image : image.resize(side, side, { kernel: 'lanczos3' });
  if (format === 'webp') return sized.webp({ quality: 86, effort: 2 }).toBuffer();
  if (format === 'png') return sized.png().toBuffer();
  return sized.jpeg({ quality: 90 }).toBuffer();
}

/**
 * Takes a drawing's picture in the studio.
 * @param seed which folds the cloth has
 */
export async function photograph(
  drawing: Drawing,
  backdrop: Backdrop,
  seed: number,
  options: RenderOptions = {},
): Promise<Buffer> {
  const asked = options.size ?? 512;
  const size = Math.max(SMALLEST, asked + (asked & 1));
  const view = frame(drawing, size, backdrop.kind === 'table' ? 0.14 : 0.1);
  const half = size / 2;
  const coarse: View = { ...view, width: half, height: half, scale: view.scale / 2 };
  const [colours, map] = await Promise.all([albedo(drawing, view), partMap(drawing, coarse, half, half)]);
  const light = illuminate(drawing, map, coarse, seed % 997);
  const paper = paperLight(map, coarse, backdrop);
  const colourAt = rowColour(backdrop);
  const texture = grainTile();
  const picture = Buffer.allocUnsafe(size * size * 3);
  for (let y = 0; y < size; y++) {
    const [red, green, blue] = colourAt(y / size);
    for (let x = 0; x < size; x++) {
      const k =
        (paper[(y >> 1) * half + (x >> 1)] as number) * (texture[(y & (TILE - 1)) * TILE + (x & (TILE - 1))] as number);
      const at = (y * size + x) * 3;
      picture[at] = Math.min(255, red * k);
      picture[at + 1] = Math.min(255, green * k);
      picture[at + 2] = Math.min(255, blue * k);
    }
  }
  compose(picture, { drawing, view, albedo: colours, map, light, step: 512 / size });
  return encode(picture, size, size, options.format ?? 'jpeg', asked);
}
