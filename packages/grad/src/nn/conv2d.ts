import type { Tensor } from '../graph/tensor.js';
import { type ConvOptions, channelsPerGroup, pair, type Size2d } from '../lower/conv-geometry.js';
import { conv2d as conv2dOp } from '../ops/conv2d.js';
import { fanInUniform, type Initializer } from './init.js';
import type { Scope } from './scope.js';

export interface ConvLayerOptions extends ConvOptions {
  /** Default true. */
  readonly bias?: boolean;
  /** First values of the weight; PyTorch's default when absent. */
  readonly init?: Initializer;
}

/**
 * A 2-d convolution [N, C, H, W] → [N, out, ·, ·] with parameters `weight` [out, C / groups, kh, kw] and `bias` [out].
 * Throws `shape` when x, channels, groups and sizes do not fit.
 */
export function conv2d(
  scope: Scope,
  x: Tensor,
  out: number,
  kernel: Size2d,
  { bias = true, init, ...options }: ConvLayerOptions = {},
): Tensor {
  const [height, width] = pair(kernel);
  const perGroup = channelsPerGroup('conv2d', x.shape[1] ?? 1, options.groups);
  const defaultInit = fanInUniform(perGroup * height * width);
  const weight = scope.parameter('weight', [out, perGroup, height, width], init ?? defaultInit);
  const { training } = scope;
  return conv2dOp(x, weight, {
    ...options,
    training,
    ...(bias ? { bias: scope.parameter('bias', [out], defaultInit) } : {}),
  });
}
