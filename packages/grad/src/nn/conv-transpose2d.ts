import type { Tensor } from '../graph/tensor.js';
import { type ConvTransposeOptions, channelsPerGroup, pair, type Size2d } from '../lower/conv-geometry.js';
import { convTranspose2d as convTranspose2dOp } from '../ops/conv-transpose2d.js';
import { fanInUniform, type Initializer } from './init.js';
import type { Scope } from './scope.js';

export interface ConvTransposeLayerOptions extends ConvTransposeOptions {
  /** Default true. */
  readonly bias?: boolean;
  /** First values of the weight; PyTorch's default when absent. */
  readonly init?: Initializer;
}

/**
 * A transposed convolution [N, C, H, W] → [N, out, ·, ·] with parameters `weight` [C, out / groups, kh, kw] and `bias`
 * [out]. Throws `shape` when x, channels, groups and sizes do not fit.
 */
export function convTranspose2d(
  scope: Scope,
  x: Tensor,
  out: number,
  kernel: Size2d,
  { bias = true, init, ...options }: ConvTransposeLayerOptions = {},
): Tensor {
  const [height, width] = pair(kernel);
  const perGroup = channelsPerGroup('convTranspose2d', out, options.groups);
  const defaultInit = fanInUniform(perGroup * height * width);
  const weight = scope.parameter('weight', [x.shape[1] ?? 1, perGroup, height, width], init ?? defaultInit);
  const { training } = scope;
  return convTranspose2dOp(x, weight, {
    ...options,
    training,
    ...(bias ? { bias: scope.parameter('bias', [out], defaultInit) } : {}),
  });
}
