import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { reshape } from '../ops/reshape.js';
import { convolveBlocks, intoBlocks, outOfBlocks } from './channel-blocks.js';

interface Affine {
  readonly x: Tensor;
  readonly slope: Tensor;
  readonly shift: Tensor | undefined;
  /** In blocks too. */
  readonly sum?: Tensor;
}

/** What those in blocks were made from, so that an addition or a ReLU that follows is computed in the same pass. */
const made = new WeakMap<Tensor, Affine>();

/** slope · x (+ shift), both [C], per channel of x [N, C, H, W] in blocks: a depthwise 1×1 convolution. */
export function blockedAffine(x: Tensor, slope: Tensor, shift?: Tensor): Tensor {
  return outOfBlocks(emit({ x: intoBlocks(x), slope, shift }));
}

/** a + b in blocks where one of them is such a function still without a sum. */
export function addToAffine(a: Tensor, b: Tensor): Tensor | undefined {
  for (const [one, sum] of [
    [a, b],
    [b, a],
  ] as const) {
    const affine = made.get(one);
    if (affine && !affine.sum) return emit({ ...affine, sum });
  }
  return undefined;
}

/** The ReLU of x in blocks where x is such a function. */
export function activateAffine(x: Tensor): Tensor | undefined {
  const affine = made.get(x);
  return affine && convolve(affine, 'relu');
}

function emit(affine: Affine): Tensor {
  const y = convolve(affine, undefined);
  made.set(y, affine);
  return y;
}

function convolve({ x, slope, shift, sum }: Affine, activation: 'relu' | undefined): Tensor {
  const channels = sizeOf(slope.shape);
  return convolveBlocks(x, reshape(slope, [channels, 1, 1, 1]), shift, x.shape, {
    kernel: [1, 1],
    stride: [1, 1],
    dilation: [1, 1],
    groups: channels,
    pads: [0, 0, 0, 0],
    sum,
    activation,
  });
}
