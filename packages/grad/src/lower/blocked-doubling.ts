import { node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { axesConstant } from '../ops/broadcast.js';
import { reshape } from '../ops/reshape.js';
import { BLOCKED_DOMAIN, convolveBlocks, intoBlocks, isInBlocks, kernelOfTaps, outOfBlocks } from './channel-blocks.js';
import type { Interpolation } from './interpolate.js';

type Size = readonly [height: number, width: number];

/** Of an output row by the input rows it was made from, or a column by columns: what the adjoint of doubling adds up. */
const WEIGHTS: Readonly<Record<Interpolation, readonly number[]>> = {
  nearest: [1, 1],
  bilinear: [0.25, 0.75, 0.75, 0.25],
};

/** Whether the tensor that is given, of one size or the other, is in blocks, and height and width are doubled between them. */
export function isBlockedDoubling(given: Tensor, small: Size, large: Size): boolean {
  return isInBlocks(given) && ([0, 1] as const).every((axis) => large[axis] === 2 * small[axis]);
}

/** x at twice its height and width: a quarter of the plain operator's time. */
export function doubleBlocks(x: Tensor, mode: Interpolation): Tensor {
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const how =
    mode === 'nearest'
      ? { mode, coordinate_transformation_mode: 'asymmetric' }
      : { mode: 'linear', coordinate_transformation_mode: 'half_pixel' };
  const larger = node('Upsample', [intoBlocks(x)], [batch, channels, 2 * height, 2 * width], {
    domain: BLOCKED_DOMAIN,
    attributes: { scales: [1, 1, 2, 2], ...how },
  });
  return outOfBlocks(larger);
}

/**
 * Its adjoint: a depthwise convolution at stride 2. Beyond the borders a bilinear one sees them again, as doubling took
 * them for what lies there.
 */
export function doubleBlocksGradient(dy: Tensor, mode: Interpolation): Tensor {
  const [batch, channels, height, width] = dy.shape as [number, number, number, number];
  const weights = WEIGHTS[mode];
  const size = weights.length;
  const taps = weights.flatMap((row) => weights.map((column) => row * column));
  const seen = mode === 'nearest' ? intoBlocks(dy) : withBorderTwice(intoBlocks(dy));
  const smaller = convolveBlocks(
    seen,
    kernelOfTaps(dy, taps, [size, size]),
    undefined,
    [batch, channels, height / 2, width / 2],
    { kernel: [size, size], stride: [2, 2], dilation: [1, 1], groups: channels, pads: [0, 0, 0, 0] },
  );
  return outOfBlocks(smaller);
}

function withBorderTwice(x: Tensor): Tensor {
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const block = x.graph.channelBlock!;
  const planes = (batch * channels) / block;
  const pads = axesConstant(x, [0, 1, 1, 0, 0, 1, 1, 0]);
  const pictures = reshape(x, [planes, height, width, block]);
  const padded = node('Pad', [pictures, pads], [planes, height + 2, width + 2, block], {
    attributes: { mode: 'edge' },
  });
  return reshape(padded, [batch, channels, height + 2, width + 2]);
}
