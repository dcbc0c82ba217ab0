/** From the least to the most. */
export type Interval = readonly [number, number];

/**
 * Colour jitter like torchvision's `ColorJitter`: all are varied; each is the largest deviation, default 0. Unlike
 * there, hue turns chrominance at equal luminance, as in YUV, and values may leave 0–255: nothing is clamped, so the
 * order of the changes makes no difference.
 */
export interface ColourJitter {
  /** Default 1. */
  readonly probability?: number;
  /** Of the factor from 1. */
  readonly brightness?: number;
  /** Of the factor from 1, about the mean luminance of the picture. */
  readonly contrast?: number;
  /** Of the factor from 1. */
  readonly saturation?: number;
  /** In turns around the colour circle, at most 0.5. */
  readonly hue?: number;
}

/**
 * How pictures are varied in training; no number is below 0. What is left out stays as it is; nothing at all only
 * scales and normalises.
 */
export interface Augmentation {
  /** Probability of exchanging left and right. */
  readonly flip?: number;
  /**
   * See a random window only (Szegedy et al. 2015): its share of the area, default [0.08, 1], and its aspect ratio,
   * default [3/4, 4/3]. It takes the place of `shift` and `zoom`.
   */
  readonly crop?: { readonly area?: Interval; readonly aspect?: Interval };
  /**
   * Largest shift, as a fraction of the size, at most 1; a whole number of pixels. The edge's own pixels go on beyond
   * it.
   */
  readonly shift?: number;
  /** Largest deviation of the scale from 1, itself at most 1, and half of it that of the aspect ratio. */
  readonly zoom?: number;
  /** Largest deviation from 1, itself at most 1, of a factor about the mean of the `PictureForm`. */
  readonly contrast?: number;
  /** Largest offset, the same for all channels, in standard deviations. */
  readonly brightness?: number;
  /** Largest offset, drawn for each channel, in standard deviations. */
  readonly channelShift?: number;
  readonly jitter?: ColourJitter;
  /** Probability of leaving only the luminance. */
  readonly grayscale?: number;
  /** Gaussian blur: its probability, default 0.5, and its standard deviation in pixels, default [0.1, 2]. */
  readonly blur?: { readonly probability?: number; readonly sigma?: Interval };
  /** Probability of covering a random rectangle with noise (Zhong et al. 2020); masks keep what lies below. */
  readonly erase?: number;
}

/**
 * The augmentations of SimCLR (Chen et al. 2020, appendix A) with their strength of colour, 1 being that for ImageNet.
 * From 2.5 on hue is all of the circle.
 */
export function simclrAugmentation(strength = 1): Augmentation {
  const [most, hue] = [0.8 * strength, Math.min(0.5, 0.2 * strength)];
  return {
    crop: {},
    flip: 0.5,
    jitter: { probability: 0.8, brightness: most, contrast: most, saturation: most, hue },
    grayscale: 0.2,
    blur: { probability: 0.5, sigma: [0.1, 2] },
  };
}
