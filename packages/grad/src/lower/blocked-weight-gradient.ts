import { node } from '../graph/node.js';
import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { reshape } from '../ops/reshape.js';
import { emitReduce } from '../ops/sum.js';
import { transpose } from '../ops/transpose.js';
import { channelsInnermost, convolveBlocks, intoBlocks, isInBlocks } from './channel-blocks.js';
import { type ConvGeometry, SMALL_WEIGHT, unreached } from './conv-geometry.js';
import { surround } from './window.js';

/** Beyond so many numbers, the plain form is as fast. */
const LARGE_WEIGHT = 128 * 128 * 9;
/** The runtime's kernels work on four vectors of output channels at a time. */
const VECTORS = 4;
/** As many positions of four vectors stay in a core's cache. */
const CACHED_POSITIONS = 1024;
/** Pictures convolved together where they cannot all be, at most. */
const TOGETHER = 8;

/** How dy becomes kernels: those of one group are added up by the convolution itself. */
interface Arrangement {
  readonly groups: number;
  /** Into how many strips of whole rows each picture is cut. */
  readonly strips: number;
}

/** Whether the gradient dy of the output lies in blocks and serves as the kernel of a blocked convolution as it does. */
export function prefersBlockedWeightGradient(dy: Tensor, g: ConvGeometry): boolean {
  return isInBlocks(dy) && arrange(dy.graph.channelBlock!, g) !== undefined;
}

function arrange(block: number, g: ConvGeometry): Arrangement | undefined {
  const { batch, inChannels, outChannels, groups, kernel, dilation, output, padding } = g;
  const size = outChannels * inChannels * sizeOf(kernel);
  const suits =
    groups === 1 &&
    sizeOf(kernel) > 1 &&
    sizeOf(dilation) === 1 &&
    outChannels % (VECTORS * block) === 0 &&
    size <= LARGE_WEIGHT &&
    ([0, 1] as const).every((axis) => unreached(g, axis) <= padding[axis]);
  if (!suits) return undefined;
  // What lies side by side is a channel to the runtime, of which it wants fewer than a block or whole ones.
  const countable = (count: number) => count < block || count % block === 0;
  if (size > SMALL_WEIGHT) {
    if (batch < block) return { groups: 1, strips: 1 };
    // A whole block of them to a group would have to lie in blocks itself, which strips do not.
    const together = Math.min(TOGETHER, block / 2);
    return batch % block === 0 ? { groups: batch / together, strips: 1 } : undefined;
  }
  for (let strips = 1; strips < block; strips++) {
    const fits = output[0] % strips === 0 && sizeOf(output) / strips <= CACHED_POSITIONS;
    if (fits && countable(batch * strips)) return { groups: batch, strips };
  }
  return undefined;
}

/**
 * The gradient of a convolution's weight [K, C, kh, kw]: as in `slidingWeightGradient`, dy is a kernel under which x, its
 * channels innermost, slides. In blocks dy has a kernel's form already, a picture or strips of one to a group; where the
 * weight is larger, pictures are brought together by moving whole ones.
 */
export function blockedWeightGradient(x: Tensor, dy: Tensor, g: ConvGeometry): Tensor {
  const block = x.graph.channelBlock!;
  const { batch, inChannels, outChannels, kernel, stride, output } = g;
  const { groups, strips } = arrange(block, g)!;
  const members = (batch * strips) / groups;
  const rows = output[0] / strips;
  const { picture, pads } = stripsOf(x, g, strips);
  const area = rows * output[1] * block;
  const kernels =
    groups === batch
      ? intoBlocks(dy)
      : transpose(reshape(intoBlocks(dy), [groups, members, outChannels / block, area]), [0, 2, 1, 3]);
  const taps = [kernel[0], kernel[1] * inChannels] as const;
  const perGroup = convolveBlocks(
    picture,
    reshape(kernels, [groups * outChannels, members, rows, output[1]]),
    undefined,
    [1, groups * outChannels, ...taps],
    { kernel: [rows, output[1]], stride: [1, 1], dilation: [stride[0], stride[1] * inChannels], groups, pads },
  );
  const total =
    groups === 1
      ? perGroup
      : emitReduce('ReduceSum', reshape(perGroup, [groups, outChannels * sizeOf(taps)]), [0], false);
  const axes = [outChannels / block, sizeOf(kernel), inChannels, block];
  return reshape(transpose(reshape(total, axes), [0, 3, 2, 1]), [outChannels, inChannels, ...kernel]);
}

/** x as one picture [1, N·strips, rows, W·C], with the zeros left and right of it, and those above and below still to add. */
function stripsOf(x: Tensor, g: ConvGeometry, strips: number) {
  const { batch, inChannels, kernel, stride, output, padding } = g;
  const [above, left] = padding;
  const [below, right] = [above - unreached(g, 0), left - unreached(g, 1)];
  const [top, bottom] = strips > 1 ? [above, below] : [0, 0];
  const padded = surround(channelsInnermost(x), [0, top, left, 0], [0, bottom, right, 0]);
  const [, height, width] = padded.shape as [number, number, number, number];
  const row = width * inChannels;
  if (strips === 1) return { picture: reshape(padded, [1, batch, height, row]), pads: [above, 0, below, 0] };
  const [step, reach] = [(output[0] / strips) * stride[0], (output[0] / strips - 1) * stride[0] + kernel[0]];
  const chosen = Int32Array.from({ length: strips * reach }, (_, i) => Math.floor(i / reach) * step + (i % reach));
  const overlapping = node(
    'Gather',
    [reshape(padded, [batch, height, row]), x.graph.constant(chosen)],
    [batch, strips * reach, row],
    { attributes: { axis: 1 } },
  );
  return { picture: reshape(overlapping, [1, batch * strips, reach, row]), pads: [0, 0, 0, 0] };
}
