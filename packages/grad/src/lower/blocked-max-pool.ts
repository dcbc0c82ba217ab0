import { node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { type Axis, atPlace, halved, type Place, pick, weave } from './blocked-positions.js';
import { BLOCKED_DOMAIN, intoBlocks, isInBlocks, outOfBlocks } from './channel-blocks.js';
import type { ConvGeometry } from './conv-geometry.js';
import { isHalving } from './max-pool-gradient.js';

/** Maxima of windows of three at stride 2 with padding 1, of x in blocks, and the way back. */
export interface BlockedMaxPool {
  readonly y: Tensor;
  /** The gradient of x from that of y; the whole goes to one of tied maxima. */
  gradient(dy: Tensor): Tensor;
}

/** Whether x [N, C, H, W] is in blocks and its pool halves both axes evenly. */
export function prefersBlockedMaxPool(x: Tensor, g: ConvGeometry): boolean {
  return isInBlocks(x) && ([0, 1] as const).every((axis) => isHalving(g, axis) && g.input[axis] % 2 === 0);
}

/** Along rows first, then along columns: comparing twice with three neighbours takes less than once with nine. */
export function blockedMaxPool(x: Tensor): BlockedMaxPool {
  const pictures = intoBlocks(x);
  const rows = pool(pictures, 2);
  const maxima = pool(rows, 3);
  return {
    y: outOfBlocks(maxima),
    gradient(dy) {
      // By parities, which a convolution with a single 1 at stride 2 picks while it compares.
      const columns = ([0, 1] as const).map((parity) => pick(rows, [0, parity], [1, 2]));
      const masks = columns.map((column) => isEqual(column, [0, 0], [1, 1], maxima));
      const byColumn = shareOut(masks, intoBlocks(dy), 3).map((arriving, column) => {
        const compared = ([0, 1] as const).map((row) => isEqual(pictures, [row, column], [2, 2], columns[column]!));
        return shareOut(compared, arriving, 2);
      });
      const byRow = ([0, 1] as const).map((row) =>
        weave(
          byColumn.map((rows) => rows[row]!),
          3,
        ),
      );
      return outOfBlocks(weave(byRow, 2));
    },
  };
}

function pool(x: Tensor, axis: Axis): Tensor {
  const along = (size: number, otherwise: number) => (axis === 2 ? [size, otherwise] : [otherwise, size]);
  return node('MaxPool', [x], halved(x.shape, axis), {
    domain: BLOCKED_DOMAIN,
    attributes: { kernel_shape: along(3, 1), strides: along(2, 1), pads: [...along(1, 0), ...along(1, 0)] },
  });
}

/**
 * What arrives at windows 2w − 1 … 2w + 1 along an axis, given to the even and the odd positions whose masks [even, odd] tell
 * that they hold the maximum: to the even one, else the odd one after it, else the odd one before, which is handed back.
 */
function shareOut([atEven, atOdd]: readonly Tensor[], arriving: Tensor, axis: Axis): [Tensor, Tensor] {
  const arithmetic = (operator: string, a: Tensor, b: Tensor) => node(operator, [a, b], a.shape);
  const even = arithmetic('Mul', atEven!, arriving);
  const past = arithmetic('Sub', arriving, even);
  const odd = arithmetic('Mul', atOdd!, past);
  const before = arithmetic('Sub', past, odd);
  const following: Place = axis === 2 ? [1, 0] : [0, 1];
  const odds = atPlace(before, following, { weight: 1, pads: [0, 0, ...following], sum: odd });
  return [even, odds];
}

/** 1 where x, so picked, is as large as its maximum, else 0: a steep HardSigmoid of their difference, which is not negative. */
function isEqual(x: Tensor, place: Place, stride: Place, maximum: Tensor): Tensor {
  return atPlace(x, place, { weight: -1, stride, sum: maximum, activation: { hardSigmoid: [-1e30, 1] } });
}
