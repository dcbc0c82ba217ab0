import { GradError } from '../errors.js';

/** A decoded picture: bytes [height, width, channels], and where it is segmented a class for each of its pixels. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** 1: grey; 3: red, green, blue. */
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
  /** Class numbers [height, width]. */
  readonly mask?: Uint8Array;
}

/** How pictures enter a network: [channels, height, width], each value as (byte − mean) / deviation. */
export interface PictureForm {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** By channel, in 0–255. */
  readonly mean: readonly number[];
  /** By channel, in 0–255, above 0. */
  readonly deviation: readonly number[];
}

/** Throws `feed` for a size that is no picture's, and for means and deviations that are not its channels'. */
export function checkForm({ width, height, channels, mean, deviation }: PictureForm): void {
  const positive = (value: number) => Number.isInteger(value) && value > 0;
  if (!positive(width) || !positive(height) || !(channels === 1 || channels === 3)) {
    throw new GradError(
      'feed',
      `No picture is ${width} × ${height} with ${channels} channels: sides are whole numbers of pixels, channels 1 or 3.`,
    );
  }
  const fits = (values: readonly number[]) => values.length === channels && values.every(Number.isFinite);
  if (fits(mean) && fits(deviation) && deviation.every((value) => value > 0)) return;
  throw new GradError(
    'feed',
    `Pictures of ${channels} channels need as many means and deviations, the latter above 0, not [${mean}] and [${deviation}].`,
  );
}
