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
  /** By channel, in 0–255. */
  readonly deviation: readonly number[];
}
