import { GradError } from '../errors.js';
import { differentiable } from '../graph/node.js';
import { formatShape, type Shape, sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { affineRows, LONG_ROW, rowDots, rowSums } from '../lower/rows.js';
import { requireBelow } from '../ranges.js';
import { add } from './add.js';
import { div } from './div.js';
import { EPSILON } from './epsilon.js';
import { layerNorm } from './layer-norm.js';
import { mul } from './mul.js';
import { neg } from './neg.js';
import { reshape } from './reshape.js';
import { sqrt } from './sqrt.js';
import { emitReduce, spread } from './sum.js';

export interface GroupNormOptions {
  /** How many groups the channels are split into; 1 normalises each example, as many as channels each picture. */
  readonly groups: number;
  /** Added to the variance; PyTorch's default. */
  readonly epsilon?: number;
}

/**
 * Normalises each group of channels of each example of x [N, C, …] to mean 0 and variance 1, then scales and shifts each
 * channel by scale [C] and shift [C] (Wu & He 2018). Throws `shape` when the groups do not divide the channels.
 */
export function groupNorm(
  x: Tensor,
  scale: Tensor,
  shift: Tensor,
  { groups, epsilon = EPSILON }: GroupNormOptions,
): Tensor {
  requireBelow(Number.POSITIVE_INFINITY, { epsilon });
  const channels = x.shape[1];
  const divided = Number.isInteger(groups) && groups >= 1 && channels !== undefined && channels % groups === 0;
  const vectors = [scale, shift].every(({ shape }) => shape.length === 1 && shape[0] === channels);
  if (!divided || !vectors) {
    throw new GradError(
      'shape',
      `groupNorm: x ${formatShape(x.shape)} in ${groups} groups needs channels that they divide, and scale and shift ` +
        `[${channels ?? ''}], not ${formatShape(scale.shape)} and ${formatShape(shift.shape)}.`,
    );
  }
  return sizeOf(x.shape.slice(2)) >= LONG_ROW && !x.graph.dynamicBatch
    ? normalizeByRows(x, scale, shift, groups, epsilon)
    : normalizeByLayers(x, scale, shift, groups, epsilon);
}

function normalizeByLayers(x: Tensor, scale: Tensor, shift: Tensor, groups: number, epsilon: number): Tensor {
  const [batch, channels] = x.shape as [number, number];
  const size = sizeOf(x.shape.slice(1)) / groups;
  const rows = reshape(x, [batch * groups, size]);
  const [ones, zeros] = [1, 0].map((value) => x.graph.constant(new Float32Array(size).fill(value)));
  const normal = reshape(layerNorm(rows, ones!, zeros!, epsilon), x.shape);
  const perChannel = [channels, ...x.shape.slice(2).map(() => 1)];
  return add(mul(normal, reshape(scale, perChannel)), reshape(shift, perChannel));
}

/**
 * By sums over each channel of each picture, from which those of the groups follow: y and dx are affine functions of
 * x's deviation from its group's mean and of dy, with a slope per row.
 */
function normalizeByRows(x: Tensor, scale: Tensor, shift: Tensor, groups: number, epsilon: number): Tensor {
  const { sums, dots, mean, perChannel, affine, times, overPictures } = groupedRows(x.shape, groups);
  const rows = [x.shape[0]!, groups, x.shape[1]! / groups];
  const toRows = (perGroup: Tensor) => spread(perGroup, rows, [2]);
  const ones = x.graph.constant(new Float32Array(sizeOf(rows)).fill(1), rows);
  const deviation = affine(x, ones, toRows(neg(mean(sums(x)))));
  const variance = mean(dots(deviation, deviation));
  const inverse = div(x.graph.constant(1), sqrt(add(variance, epsilon)));
  const slope = mul(inverse, perChannel(scale));
  const y = affine(deviation, slope, spread(reshape(shift, [1, ...rows.slice(1)]), rows, [0]));

  return differentiable(y, [x, scale, shift], (dy) => {
    const total = sums(dy);
    const along = dots(dy, deviation);
    const meanOf = (perRow: Tensor) => mean(mul(perRow, perChannel(scale)));
    // dx = slope · dy − inverse · mean(scale · dy) − inverse³ · deviation · mean(scale · dy · deviation)
    const bend = neg(mul(mul(inverse, mul(inverse, inverse)), meanOf(along)));
    const offset = neg(mul(inverse, meanOf(total)));
    const dx = add(affine(deviation, toRows(bend), toRows(offset)), times(dy, slope));
    return [dx, overPictures(mul(inverse, along)), overPictures(total)];
  });
}

/** What is done with rows, a channel of a picture each; what belongs to one has the shape [N, groups, C / groups]. */
function groupedRows(shape: Shape, groups: number) {
  const [batch, channels] = shape as [number, number];
  const [rows, area] = [batch * channels, sizeOf(shape.slice(2))];
  const perGroup = channels / groups;
  const asRows = (t: Tensor) => reshape(t, [rows, area]);
  const inGroups = (t: Tensor) => reshape(t, [batch, groups, perGroup]);
  return {
    sums: (t: Tensor) => inGroups(rowSums(asRows(t))),
    dots: (a: Tensor, b: Tensor) => inGroups(rowDots(asRows(a), asRows(b))),
    /** Of each group's numbers [N, groups, 1], from sums of rows. */
    mean: (sums: Tensor) => mul(emitReduce('ReduceSum', sums, [2], true), 1 / (perGroup * area)),
    perChannel: (vector: Tensor) => reshape(vector, [groups, perGroup]),
    affine: (t: Tensor, slope: Tensor, offset: Tensor) => {
      const asChannels = reshape(t, [1, rows, 1, area]);
      return reshape(affineRows(asChannels, reshape(slope, [rows]), reshape(offset, [rows])), shape);
    },
    times: (t: Tensor, slope: Tensor) => reshape(mul(asRows(t), reshape(slope, [rows, 1])), shape),
    overPictures: (sums: Tensor) => reshape(emitReduce('ReduceSum', sums, [0], false), [channels]),
  };
}
