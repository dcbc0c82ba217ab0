import sharp from 'sharp';
import type { PackedImage } from './manifest.js';

/** A snapshot's picture as the bytes of a picture file. */
export function imageFile({ kind, width = 0, height = 0 }: PackedImage, bytes: Buffer): Promise<Buffer> | Buffer {
  if (kind === 'encoded') return bytes;
  return sharp(bytes, { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer();
}
