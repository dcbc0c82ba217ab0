import { GradError } from '../errors.js';
import { formatShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { outputSize, requireWindows } from './output-size.js';

/** A size along height and width; one number stands for both. */
export type Size2d = number | readonly [number, number];

export interface ConvOptions {
  /** Default 1. */
  readonly stride?: Size2d;
  /** Zeros added on both sides. Default 0. */
  readonly padding?: Size2d;
  /** Distance of the pixels that the kernel sees. Default 1. */
  readonly dilation?: Size2d;
  /**
   * Input and output channels are split into this many independent groups; as many as channels is depthwise. Default 1.
   */
  readonly groups?: number;
}

export interface ConvTransposeOptions extends ConvOptions {
  /** Rows and columns added at the end of the output, fewer than the stride. Default 0. */
  readonly outputPadding?: Size2d;
}

/** Up to so many numbers, adding up a weight's gradients by each picture costs less than moving the output's gradient. */
export const SMALL_WEIGHT = 64 * 64 * 9;

/** All sizes of one 2-d convolution; pairs are (height, width). */
export interface ConvGeometry {
  readonly batch: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly input: readonly [number, number];
  readonly output: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly groups: number;
}

export function pair(size: Size2d): readonly [number, number] {
  return typeof size === 'number' ? [size, size] : size;
}

/** How many channels each group has. Throws `shape` when groups cannot share them evenly. */
export function channelsPerGroup(op: string, channels: number, groups = 1): number {
  if (!(Number.isInteger(groups) && groups >= 1 && channels % groups === 0)) {
    throw new GradError('shape', `${op}: ${channels} channels cannot be shared by ${groups} groups.`);
  }
  return channels / groups;
}

/** The geometry of convolving x [N, C, H, W] with weight [K, C / groups, kh, kw]. Throws `shape` when they do not fit. */
export function convGeometry(x: Tensor, weight: Tensor, options: ConvOptions): ConvGeometry {
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  const [batch, inChannels, height, width] = x.shape;
  const [outChannels, perGroup, kernelHeight, kernelWidth] = weight.shape;
  const fits =
    x.shape.length === 4 &&
    weight.shape.length === 4 &&
    inChannels === perGroup! * groups &&
    outChannels! % groups === 0;
  if (!fits) {
    throw new GradError(
      'shape',
      `conv2d: x ${formatShape(x.shape)} does not fit weight ${formatShape(weight.shape)} in ${groups} group(s); ` +
        'x is [N, C, H, W] and weight [K, C / groups, kh, kw] with K a multiple of groups.',
    );
  }
  const kernel = [kernelHeight!, kernelWidth!] as const;
  const sizes = { input: [height!, width!] as const, kernel, stride: pair(stride), padding: pair(padding) };
  const geometry = { ...sizes, dilation: pair(dilation) };
  return {
    batch: batch!,
    inChannels: inChannels!,
    outChannels: outChannels!,
    ...geometry,
    output: outputSize('conv2d', geometry),
    groups,
  };
}

/**
 * The geometry of the convolution whose adjoint takes x [N, C, H, W] through weight [C, K / groups, kh, kw] to
 * [N, K, OH, OW]: x is its output. Throws `shape` when they do not fit.
 */
export function convTransposeGeometry(x: Tensor, weight: Tensor, options: ConvTransposeOptions): ConvGeometry {
  const { groups = 1, outputPadding = 0 } = options;
  const [stride, padding, dilation] = [options.stride ?? 1, options.padding ?? 0, options.dilation ?? 1].map(pair);
  const extra = pair(outputPadding);
  const [batch, channels, height, width] = x.shape;
  const [inChannels, perGroup, kernelHeight, kernelWidth] = weight.shape;
  const fourAxes = x.shape.length === 4 && weight.shape.length === 4;
  if (!fourAxes || channels !== inChannels || inChannels! % groups !== 0) {
    throw new GradError(
      'shape',
      `convTranspose2d: x ${formatShape(x.shape)} does not fit weight ${formatShape(weight.shape)} in ${groups} ` +
        'group(s); x is [N, C, H, W] and weight [C, K / groups, kh, kw] with C a multiple of groups.',
    );
  }
  const sizes = {
    kernel: [kernelHeight!, kernelWidth!] as const,
    stride: stride!,
    padding: padding!,
    dilation: dilation!,
  };
  requireWindows('convTranspose2d', sizes);
  const output = [height!, width!] as const;
  const grown = (axis: 0 | 1): number => {
    if (!(extra[axis] >= 0 && extra[axis] < sizes.stride[axis])) {
      throw new GradError('shape', `convTranspose2d: outputPadding ${extra[axis]} must be below the stride.`);
    }
    const reach = sizes.dilation[axis] * (sizes.kernel[axis] - 1) + 1 - 2 * sizes.padding[axis];
    return (output[axis] - 1) * sizes.stride[axis] + reach + extra[axis];
  };
  const input = [grown(0), grown(1)] as const;
  if (input.some((size) => size < 1)) {
    const left = `would leave ${formatShape(input)} of the output`;
    throw new GradError('shape', `convTranspose2d: padding ${formatShape(sizes.padding)} ${left}.`);
  }
  outputSize('convTranspose2d', { input, ...sizes });
  return { batch: batch!, inChannels: perGroup! * groups, outChannels: channels!, input, output, ...sizes, groups };
}

/** Rows or columns at the end of the padded input that no window reaches because the stride does not divide evenly. */
export function unreached({ input, output, kernel, stride, padding, dilation }: ConvGeometry, axis: 0 | 1): number {
  return input[axis] + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1 - (output[axis] - 1) * stride[axis];
}

/** Whether each channel is convolved by itself. */
export function isDepthwise({ groups, inChannels, outChannels }: ConvGeometry): boolean {
  return groups > 1 && groups === inChannels && groups === outChannels;
}

/** Whether each output sees one position of the input. */
export function isPointwise({ kernel, padding }: ConvGeometry): boolean {
  return kernel.every((size) => size === 1) && padding.every((size) => size === 0);
}
