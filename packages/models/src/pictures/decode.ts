import sharp, { type Sharp } from 'sharp';
import { InputError } from '../errors.js';
import { MAX_PIXELS } from '../snapshot/picture.js';
import { type PictureFrame, pictureSize } from './picture.js';

const MAX_SECONDS = 20;
const FORMATS = new Set(['jpeg', 'png', 'webp', 'gif', 'tiff', 'heif']);
const WHITE = { r: 255, g: 255, b: 255, alpha: 1 };

/** A picture as it comes: an encoded file, or one byte a pixel row by row. */
export type PictureSource =
  | { readonly kind: 'encoded'; readonly bytes: Buffer }
  | { readonly kind: 'gray8'; readonly bytes: Buffer; readonly width: number; readonly height: number };

/**
 * Decodes a picture to the frame: upright by its EXIF orientation, in sRGB or grey, transparency on white, the first
 * frame of an animation. Returns height × width × channels bytes.
 * @throws InputError `input.image` (no photo, broken) or `input.imageTooLarge`.
 */
export async function decodePicture(source: PictureSource, frame: PictureFrame): Promise<Uint8Array> {
  if (source.kind === 'gray8') return decodeGrey(source, frame);
  await checkFile(source.bytes);
  const options = { failOn: 'error', limitInputPixels: MAX_PIXELS, pages: 1 } as const;
  return toFrame(sharp(source.bytes, options).autoOrient(), frame);
}

function decodeGrey(source: PictureSource & { kind: 'gray8' }, frame: PictureFrame): Promise<Uint8Array> | Uint8Array {
  const { bytes, width, height } = source;
  if (bytes.length !== width * height) {
    throw new InputError(
      'input.image',
      `A grey picture of ${width} × ${height} needs ${width * height} bytes, not ${bytes.length}.`,
    );
  }
  if (width === frame.width && height === frame.height && frame.channels === 1) return new Uint8Array(bytes);
  return toFrame(sharp(bytes, { raw: { width, height, channels: 1 } }), frame);
}

/** Refuses what is no photo by its header, before any decoder sees the rest. */
async function checkFile(bytes: Buffer): Promise<void> {
  if (bytes.length === 0) throw new InputError('input.image', 'The picture is empty; choose another file.');
  const start = bytes.subarray(0, 256).toString('latin1').trimStart().toLowerCase();
  if (start.startsWith('<')) {
    throw new InputError('input.image', 'SVG and HTML files are not accepted; send a JPEG, PNG or WebP photo.');
  }
  const { format, width, height } = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch((cause: unknown) => {
      throw unreadable(cause);
    });
  if (!FORMATS.has(format)) {
    throw new InputError('input.image', `${format} files are not accepted; send a JPEG, PNG or WebP photo.`);
  }
  if (width * height > MAX_PIXELS) {
    throw new InputError(
      'input.imageTooLarge',
      `The picture has ${width} × ${height} pixels; scale it down to at most ${MAX_PIXELS / 1e6} megapixels.`,
    );
  }
}

async function toFrame(picture: Sharp, frame: PictureFrame): Promise<Uint8Array> {
  const { width, height, channels, fit } = frame;
  const resized = picture.resize(width, height, { fit, background: WHITE }).flatten({ background: WHITE });
  const { data, info } = await resized
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .timeout({ seconds: MAX_SECONDS })
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw unreadable(cause);
    });
  return withChannels(data, info.channels, frame);
}

/** Some grey files stay at one channel in sRGB: repeat it. Surplus channels are left out. */
function withChannels(data: Uint8Array, given: number, frame: PictureFrame): Uint8Array {
  if (given === frame.channels) return new Uint8Array(data);
  const result = new Uint8Array(pictureSize(frame));
  for (let i = 0; i < result.length; i++) {
    const channel = i % frame.channels;
    const pixel = (i - channel) / frame.channels;
    result[i] = data[pixel * given + (given < frame.channels ? 0 : channel)]!;
  }
  return result;
}

function unreadable(cause: unknown): InputError {
  const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
  return new InputError(
    'input.image',
    `The picture cannot be read (${reason}); it may be cut short. Choose another file.`,
  );
}
