import { InputError } from '@vitrine/models/errors';
import sharp from 'sharp';

/** Largest picture file taken, in bytes. */
export const MAX_PICTURE_BYTES = 20 * 1024 * 1024;
/** Largest picture decoded, in pixels: a small file can unfold into gigabytes. */
export const MAX_PICTURE_PIXELS = 100_000_000;
/** Longest side of a stored picture, in pixels. */
const STORED_SIDE = 2048;

export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'tiff';

export interface PictureFacts {
  format: PictureFormat;
  hasAlpha: boolean;
  /** As shown: after the EXIF orientation. */
  width: number;
  height: number;
}

/** The format by its first bytes; nothing else is ever handed to a decoder, so SVG and its scripts stay out. */
export function pictureFormat(bytes: Buffer): PictureFormat | undefined {
  if (bytes.length < 12) return undefined;
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg';
  if (bytes.subarray(0, 8).equals(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))) return 'png';
  const text = bytes.toString('latin1', 0, 12);
  if (text.startsWith('RIFF') && text.endsWith('WEBP')) return 'webp';
  if (text.startsWith('GIF8')) return 'gif';
  if (/^....ftypavi[fs]$/s.test(text)) return 'avif';
  if (text.startsWith('II*\0') || text.startsWith('MM\0*')) return 'tiff';
  return undefined;
}

function refusalOf(bytes: Buffer): string {
  const start = bytes.toString('latin1', 0, 1024).trimStart().toLowerCase();
  if (/^....ftyp(heic|heix|mif1|msf1)/s.test(bytes.toString('latin1', 0, 12)))
    return 'HEIC photos can’t be read; save the photo as JPEG and send it again.';
  if (start.startsWith('<svg') || (start.startsWith('<') && start.includes('<svg')))
    return 'SVG drawings are not accepted; send a photo as JPEG, PNG, WebP, GIF, AVIF or TIFF.';
  return 'This file is not a photo we can read; send JPEG, PNG, WebP, GIF, AVIF or TIFF.';
}

/**
 * Reads a picture's header and refuses what must not be decoded, before a single pixel is.
 * @throws InputError `input.image` (not a photo, broken header) or `input.imageTooLarge` (bytes or pixels over the limit).
 */
export async function inspectPicture(bytes: Buffer): Promise<PictureFacts> {
  if (bytes.length > MAX_PICTURE_BYTES)
    throw new InputError('input.imageTooLarge', 'The photo is larger than 20 MB; send a smaller one.');
  const format = pictureFormat(bytes);
  if (!format) throw new InputError('input.image', refusalOf(bytes));
  const { width, height, orientation, hasAlpha } = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => {
      throw new InputError('input.image', 'The photo’s file is damaged; save it again and send that.');
    });
  if (width * height > MAX_PICTURE_PIXELS)
    throw new InputError(
      'input.imageTooLarge',
      `The photo has ${width} × ${height} pixels; send one of at most 100 megapixels.`,
    );
  const facts = { format, hasAlpha };
  return (orientation ?? 1) >= 5 ? { ...facts, width: height, height: width } : { ...facts, width, height };
}

/** A picture ready to be stored: upright, sRGB, without metadata (a photo's GPS position is nobody's business). */
export interface StoredPicture {
  bytes: Buffer;
  width: number;
  height: number;
}

/**
 * Decodes the whole picture (first frame of an animation) and encodes it anew: JPEG, or WebP when it has transparency.
 * @throws InputError `input.image` when it is cut short or damaged; what `inspectPicture` throws.
 */
export async function normalisePicture(bytes: Buffer): Promise<StoredPicture> {
  const { hasAlpha } = await inspectPicture(bytes);
  try {
    const upright = sharp(bytes, { limitInputPixels: MAX_PICTURE_PIXELS, failOn: 'truncated' })
      .autoOrient()
      .resize({ width: STORED_SIDE, height: STORED_SIDE, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb');
    const encoded = hasAlpha ? upright.webp({ quality: 90 }) : upright.jpeg({ quality: 90 });
    const { data, info } = await encoded.toBuffer({ resolveWithObject: true });
    return { bytes: data, width: info.width, height: info.height };
  } catch {
    throw new InputError('input.image', 'The photo’s file is cut short or damaged; save it again and send that.');
  }
}

/** A stored picture as WebP, at most `side` pixels on its longer side (never enlarged). */
export function renderPicture(bytes: Buffer, side: number | undefined): Promise<Buffer> {
  const picture = sharp(bytes, { limitInputPixels: MAX_PICTURE_PIXELS }).autoOrient();
  if (side) picture.resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true });
  return picture.webp({ quality: 82, effort: 3 }).toBuffer();
}
