import { InputError } from '@vitrine/models';
import sharp from 'sharp';
import { inspectPicture, MAX_PICTURE_PIXELS } from '../platform/images/picture.js';
import type { Crop } from './api.js';

/** A crop is handed on with at most so many pixels along a side: more than any encoder looks at. */
const CROPPED_SIDE = 512;
/** Least pixels along a side of a crop. */
const LEAST = 8;

/**
 * The file to embed: the photo as it is, or the part of it that was chosen.
 * @throws InputError `input.image`, `input.imageTooLarge`, `input.crop` (422)
 */
export async function croppedPhoto(photo: Buffer, crop: Crop | undefined): Promise<Buffer> {
  const { width, height } = await inspectPicture(photo);
  if (!crop) return photo;
  const left = Math.min(width - 1, Math.round(crop.x * width));
  const top = Math.min(height - 1, Math.round(crop.y * height));
  const part = {
    ...{ left, top },
    width: Math.min(width - left, Math.round(crop.width * width)),
    height: Math.min(height - top, Math.round(crop.height * height)),
  };
  if (part.width < LEAST || part.height < LEAST)
    throw new InputError('input.crop', `The chosen part is under ${LEAST} pixels wide or high; choose a larger one.`);
  try {
    const upright = sharp(photo, { limitInputPixels: MAX_PICTURE_PIXELS, failOn: 'error' }).autoOrient();
    return await upright
      .extract(part)
      .resize({ width: CROPPED_SIDE, height: CROPPED_SIDE, fit: 'inside', withoutEnlargement: true })
      .png({ compressionLevel: 1 })
      .toBuffer();
  } catch {
    throw new InputError('input.image', 'The photo’s file is cut short or damaged; save it again and send that.');
  }
}
