import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { turnedBlockedWeight } from './blocked-conv.js';
import { weave } from './blocked-positions.js';
import { convolveBlocks, intoBlocks, outOfBlocks } from './channel-blocks.js';
import type { ConvGeometry } from './conv-geometry.js';

/** Smaller pictures of gradients leave those kernels too few columns. */
const MIN_OUTPUT = 4 * 4;

/** The taps that lead to positions of one parity, from the last to the first, and how far beyond dy they reach. */
interface Reach {
  readonly taps: readonly number[];
  readonly before: number;
  readonly after: number;
}

/** Whether the input's gradient of a convolution at stride 2 is made of four convolutions of dy in blocks. */
export function prefersBlockedStridedGradient(dy: Tensor, g: ConvGeometry): boolean {
  const block = dy.graph.channelBlock;
  return (
    block !== undefined &&
    g.groups === 1 &&
    sizeOf(g.output) >= MIN_OUTPUT &&
    g.inChannels % block === 0 &&
    g.outChannels % block === 0 &&
    ([0, 1] as const).every(
      (axis) =>
        g.stride[axis] === 2 &&
        g.dilation[axis] === 1 &&
        g.input[axis] === 2 * g.output[axis] &&
        ([0, 1] as const).every((parity) => isWithin(reach(g, axis, parity))),
    )
  );
}

/** Input positions of each parity of row and column are a convolution of dy with the taps that lead there, at stride 1. */
export function blockedStridedGradient(dy: Tensor, weight: Tensor, g: ConvGeometry): Tensor {
  const { batch, inChannels, output } = g;
  const gradient = intoBlocks(dy);
  const byRow = ([0, 1] as const).map((row) => {
    const byColumn = ([0, 1] as const).map((column) => {
      const [down, across] = [reach(g, 0, row), reach(g, 1, column)];
      const taps = down.taps.flatMap((i) => across.taps.map((j) => i * g.kernel[1] + j));
      const kernel = [down.taps.length, across.taps.length] as const;
      return convolveBlocks(
        gradient,
        turnedBlockedWeight(weight, taps, kernel),
        undefined,
        [batch, inChannels, ...output],
        {
          kernel,
          stride: [1, 1],
          dilation: [1, 1],
          groups: 1,
          pads: [down.before, across.before, down.after, across.after],
        },
      );
    });
    return weave(byColumn, 3);
  });
  return outOfBlocks(weave(byRow, 2));
}

function reach({ kernel, padding }: ConvGeometry, axis: 0 | 1, parity: 0 | 1): Reach {
  const all = Array.from({ length: kernel[axis] }, (_, tap) => tap);
  const taps = all.filter((tap) => (parity + padding[axis] - tap) % 2 === 0).reverse();
  const offset = (tap: number) => (parity + padding[axis] - tap) / 2;
  return { taps, before: -offset(taps[0] ?? 0), after: offset(taps.at(-1) ?? 0) };
}

function isWithin({ taps, before, after }: Reach): boolean {
  return taps.length > 0 && before >= 0 && after >= 0;
}
