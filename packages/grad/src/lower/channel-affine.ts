import { node } from '../graph/node.js';
import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { mul } from '../ops/mul.js';
import { reshape } from '../ops/reshape.js';
import { sub } from '../ops/sub.js';
import { blockedAffine } from './blocked-affine.js';
import { isInBlocks } from './channel-blocks.js';
import { affineRows, LONG_ROW } from './rows.js';

/** slope · (x − mean) + shift per channel of x [N, C, …]; the others are [C]. */
export function affineChannels(x: Tensor, slope: Tensor, shift: Tensor, mean: Tensor): Tensor {
  const channels = slope.shape[0]!;
  const blocked = isInBlocks(x);
  if (blocked || hasLongRows(x)) {
    const offset = sub(shift, mul(slope, mean));
    return blocked ? blockedAffine(x, slope, offset) : affineRows(x, slope, offset);
  }
  const ones = x.graph.constant(new Float32Array(channels).fill(1), [channels]);
  return node('BatchNormalization', [x, slope, shift, mean, ones], x.shape, { attributes: { epsilon: { float: 0 } } });
}

/** slope [C] · x [N, C, …] per channel. */
export function scaleChannels(x: Tensor, slope: Tensor): Tensor {
  if (isInBlocks(x)) return blockedAffine(x, slope);
  return mul(x, reshape(slope, [1, slope.shape[0]!, ...x.shape.slice(2).map(() => 1)]));
}

/** Whether x is a batch of pictures with rows worth a product each, or in blocks, for which any are. */
export function hasLongRows(x: Tensor): boolean {
  return isInBlocks(x) || (x.shape.length === 4 && sizeOf(x.shape.slice(2)) >= LONG_ROW);
}
