import type { InputRecipe } from '@vitrine/grad';
import type { PackedImage } from '../snapshot/manifest.js';
import { LEAST_SIDE, type PictureFrame } from './picture.js';

/** Sides up to this many pixels take the small network. */
export const SMALL = 40;
/** Grey pictures of one size with sides up to this many pixels go in as they are, unless a side is too short. */
const UNSCALED = 64;
/** Rows of few and of many photos. */
export const FEW = 1000;
export const MANY = 10_000;
/** Photos are scaled to fewer pixels where there are few: what they could add is not learnt from so few examples. */
const PHOTO = { few: 64, some: 80, many: 112 };

/** The frame of pictures for a training from scratch on so many rows. */
export function frameFor(
  images: readonly PackedImage[],
  trainingRows: number,
  { size, fit = 'contain' }: { readonly size?: number | undefined; readonly fit?: PictureFrame['fit'] | undefined },
): PictureFrame {
  const [first] = images;
  const plain = images.every(
    ({ kind, width, height }) => kind === 'gray8' && width === first?.width && height === first?.height,
  );
  const { width = 0, height = 0 } = first ?? {};
  if (plain && !size && Math.min(width, height) >= LEAST_SIDE && Math.max(width, height) <= UNSCALED) {
    return { width, height, channels: 1, fit };
  }
  const side = size ?? PHOTO[trainingRows < FEW ? 'few' : trainingRows < MANY ? 'some' : 'many'];
  return { width: side, height: side, channels: images.every(({ kind }) => kind === 'gray8') ? 1 : 3, fit };
}

/** The normalisation that weights expect, in 0–255. */
export function statisticsOf({ mean, deviation }: InputRecipe): { mean: number[]; deviation: number[] } {
  const inBytes = (values: readonly number[]): number[] => values.map((value) => value * 255);
  return { mean: inBytes(mean), deviation: inBytes(deviation) };
}
