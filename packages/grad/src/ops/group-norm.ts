import { GradError } from '../errors.js';
import { formatShape, sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from './add.js';
import { layerNorm } from './layer-norm.js';
import { mul } from './mul.js';
import { reshape } from './reshape.js';

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
  { groups, epsilon = 1e-5 }: GroupNormOptions,
): Tensor {
  const [batch, channels] = x.shape;
  const vectors = [scale, shift].every(({ shape }) => shape.length === 1 && shape[0] === channels);
  if (batch === undefined || channels === undefined || !vectors || channels % groups !== 0) {
    throw new GradError(
      'shape',
      `groupNorm: x ${formatShape(x.shape)} in ${groups} groups needs channels that they divide, and scale and shift ` +
        `[${channels ?? ''}], not ${formatShape(scale.shape)} and ${formatShape(shift.shape)}.`,
    );
  }
  const size = sizeOf(x.shape.slice(1)) / groups;
  const rows = reshape(x, [batch * groups, size]);
  const [ones, zeros] = [1, 0].map((value) => x.graph.constant(new Float32Array(size).fill(value)));
  const normal = reshape(layerNorm(rows, ones!, zeros!, epsilon), x.shape);
  const perChannel = [channels, ...x.shape.slice(2).map(() => 1)];
  return add(mul(normal, reshape(scale, perChannel)), reshape(shift, perChannel));
}
