import sharp from 'sharp';
import { DataError } from '../errors.js';
import { type Fingerprint, fingerprintOf, HASH_HEIGHT, HASH_WIDTH } from './fingerprint.js';

/** Largest picture accepted, in pixels and bytes; a larger one is refused before a pixel is decoded. */
export const MAX_PIXELS = 100_000_000;
export const MAX_BYTES = 30 * 1024 * 1024;
/** Under this width or height, resemblance of pictures says little about their being one product. */
const COMPARABLE = 64;

export interface PictureFacts {
  /** Of the picture upright, as its EXIF orientation says. */
  width: number;
  height: number;
  /** Where the picture is large and structured enough for one that tells. */
  fingerprint?: Fingerprint;
}

/**
 * Checks a picture file before it enters a data set: a raster format, within the limits, every pixel decodable.
 * Nothing is decoded before the header's size was checked.
 * @throws DataError `data.image.…` with what is wrong: `empty`, `bytes`, `format`, `pixels`, `broken`
 */
export async function inspectPicture(bytes: Buffer): Promise<PictureFacts> {
  if (bytes.length === 0)
    throw new DataError('data.image.empty', 'The picture file is empty; copy or download it again.');
  if (bytes.length > MAX_BYTES)
    throw new DataError(
      'data.image.bytes',
      `The picture has ${Math.round(bytes.length / 2 ** 20)} MB; at most ${MAX_BYTES / 2 ** 20} MB are taken.`,
    );
  if (!isRaster(bytes))
    throw new DataError(
      'data.image.format',
      'The file is no JPEG, PNG, WebP, GIF, AVIF or TIFF picture; save it as one.',
    );
  try {
    const image = sharp(bytes, { limitInputPixels: false, failOn: 'error' });
    const { width, height, orientation = 1 } = await image.metadata();
    if (width * height > MAX_PIXELS)
      throw new DataError(
        'data.image.pixels',
        `The picture has ${width} × ${height} pixels; at most ${MAX_PIXELS / 1e6} million are taken: scale it down.`,
      );
    const grey = await sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error' })
      .autoOrient()
      .flatten({ background: '#fff' })
      .greyscale()
      .resize(HASH_WIDTH, HASH_HEIGHT, { fit: 'fill', kernel: 'linear' })
      .raw()
      .toBuffer();
    const upright = orientation >= 5 ? { width: height, height: width } : { width, height };
    if (Math.min(width, height) < COMPARABLE) return upright;
    const fingerprint = fingerprintOf(grey);
    return fingerprint ? { ...upright, fingerprint } : upright;
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw new DataError(
      'data.image.broken',
      'The picture is broken or cut short; copy or download it again.',
      String(cause),
    );
  }
}

/** By magic number: what is not a raster picture (SVG with scripts, a text called .jpg) never reaches a decoder. */
function isRaster(bytes: Buffer): boolean {
  const head = bytes.toString('latin1', 0, 16);
  return (
    head.startsWith('\xff\xd8\xff') ||
    head.startsWith('\x89PNG\r\n\x1a\n') ||
    /^GIF8[79]a/.test(head) ||
    /^RIFF.{4}WEBP/s.test(head) ||
    /^.{4}ftyp(avif|avis|mif1)/s.test(head) ||
    head.startsWith('II*\0') ||
    head.startsWith('MM\0*')
  );
}
