/** Smallest and largest value of a tensor. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** value ≈ scale · (q − zeroPoint) for whole q. */
export interface Affine {
  readonly scale: number;
  readonly zeroPoint: number;
}

const LEVELS = 255;
/** Leaves room for the products that are added to a bias in 32 bits. */
const LARGEST_BIAS = 2 ** 30;
const SMALLEST_SCALE = 2 ** -100;

/** The numbers 0 … 255 spread over a range, so that 0 is one of them exactly: padding and ReLU need it. */
export function affineOf({ low, high }: Range): Affine {
  const [from, to] = [Math.min(low, 0), Math.max(high, 0)];
  const scale = Math.max((to - from) / LEVELS, SMALLEST_SCALE);
  return { scale, zeroPoint: Math.min(LEVELS, Math.max(0, Math.round(-from / scale))) };
}

export interface QuantizedWeights {
  readonly weights: Int8Array;
  /** One per output channel. */
  readonly scales: Float32Array;
  /** In units of the products, input scale · weight scale. */
  readonly bias: Int32Array;
}

export interface WeightOptions {
  readonly channels: number;
  /** What one step of the input stands for. */
  readonly inputScale: number;
  readonly bits: WeightBits;
}

/** 8 use −127 … 127, 7 only −63 … 63. */
export type WeightBits = 7 | 8;

/**
 * Weights [channels, …] as small whole numbers with a scale for each output channel, and the bias in the unit of the sums. A bias
 * too large for that unit widens it.
 */
export function quantizeWeights(
  weights: Float32Array,
  bias: Float32Array | undefined,
  { channels, inputScale, bits }: WeightOptions,
): QuantizedWeights {
  const per = weights.length / channels;
  const limit = 2 ** (bits - 1) - 1;
  const result = {
    weights: new Int8Array(weights.length),
    scales: new Float32Array(channels),
    bias: new Int32Array(channels),
  };
  for (let channel = 0; channel < channels; channel++) {
    const own = weights.subarray(channel * per, (channel + 1) * per);
    const largest = own.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const offset = bias?.[channel] ?? 0;
    const wideEnough = Math.abs(offset) / (inputScale * LARGEST_BIAS);
    result.scales[channel] = Math.max(largest / limit, wideEnough, SMALLEST_SCALE);
    const scale = result.scales[channel]!;
    own.forEach((value, i) => {
      result.weights[channel * per + i] = Math.round(value / scale);
    });
    result.bias[channel] = Math.round(offset / (inputScale * scale));
  }
  return result;
}
