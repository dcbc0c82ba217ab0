import { GradError } from '../errors.js';
import { differentiable, differentiableAll, node } from '../graph/node.js';
import { formatShape, sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { affineChannels, hasLongRows, scaleChannels } from '../lower/channel-affine.js';
import { isInBlocks } from '../lower/channel-blocks.js';
import { channelDots, channelSum } from '../lower/channel-sums.js';
import { requireBelow } from '../ranges.js';
import { add } from './add.js';
import { div } from './div.js';
import { EPSILON } from './epsilon.js';
import { mul } from './mul.js';
import { sqrt } from './sqrt.js';
import { sub } from './sub.js';

export interface BatchNormOptions {
  /** Added to the variance; PyTorch's default. */
  readonly epsilon?: number;
}

export interface BatchStatistics {
  /** Mean of each channel over the batch [C]. */
  readonly mean: Tensor;
  /** Population variance of each channel over the batch [C]. */
  readonly variance: Tensor;
}

/** `deviation` is x less some `center` per channel: all that the gradient needs of x. */
type Normalized = { readonly y: Tensor; readonly deviation: Tensor; readonly center: Tensor } & BatchStatistics;

/**
 * Batch normalization of x [N, C, …] by the batch's own statistics (Ioffe & Szegedy 2015):
 * y = scale · (x − mean) / √(variance + ε) + bias per channel. The statistics returned are not differentiated.
 */
export function batchNorm(
  x: Tensor,
  scale: Tensor,
  bias: Tensor,
  { epsilon = EPSILON }: BatchNormOptions = {},
): { readonly y: Tensor } & BatchStatistics {
  requireFit(x, [scale, bias], epsilon);
  const normalize = x.graph.portable || hasLongRows(x) ? normalizeByProducts : normalizeByOperator;
  const normalized = normalize(x, scale, bias, epsilon);
  differentiableAll([normalized.y], [x, scale, bias], ([dy]) =>
    dy ? batchNormGradients(dy, normalized, scale, epsilon) : [undefined, undefined, undefined],
  );
  const { y, mean, variance } = normalized;
  return { y, mean, variance };
}

function normalizeByOperator(x: Tensor, scale: Tensor, bias: Tensor, epsilon: number): Normalized {
  const channels = scale.shape[0]!;
  // The operator writes its statistics over these two inputs, and the runtime merges equal small constants: numbers that
  // occur nowhere else keep their storage apart. With momentum 0 they do not matter.
  const scratch = () =>
    x.graph.unsharedConstant(new Float32Array(channels).fill(1e-30 * (1 + x.graph.constants.size)), [channels]);
  const [y, mean, variance] = x.graph.append(
    'BatchNormalization',
    [x, scale, bias, scratch(), scratch()],
    [{ shape: x.shape }, { shape: [channels] }, { shape: [channels] }],
    { attributes: { training_mode: 1, momentum: { float: 0 }, epsilon: { float: epsilon } } },
  ) as [Tensor, Tensor, Tensor];
  return { y, mean, variance, deviation: x, center: mean };
}

/**
 * By sums of x and of the squares of its deviation, all of it on every thread where the operator has one, and merged
 * with an addition and a ReLU that follow; graphics processors have the operator for inference only. E[x²] − E[x]²
 * would spare a pass over x, but little is left of it where the mean is large beside the deviation.
 */
function normalizeByProducts(x: Tensor, scale: Tensor, bias: Tensor, epsilon: number): Normalized {
  const share = scale.shape[0]! / sizeOf(x.shape);
  const mean = mul(channelSum(x), share);
  const [ones, zeros] = [1, 0].map((value) => x.graph.constant(new Float32Array(scale.shape[0]!).fill(value)));
  const deviation = affineChannels(x, ones!, zeros!, mean);
  const variance = mul(channelDots(deviation, deviation), share);
  const y = affineChannels(deviation, div(scale, sqrt(add(variance, epsilon))), bias, zeros!);
  return { y, mean, variance, deviation, center: zeros! };
}

/**
 * dx = a·(dy − Σdy/n − x̂·Σ(dy·x̂)/n) with a = scale / √(variance + ε): per channel an affine function of dy and x.
 */
function batchNormGradients(
  dy: Tensor,
  { deviation, center, variance }: Normalized,
  scale: Tensor,
  epsilon: number,
): [Tensor, Tensor, Tensor] {
  const channels = scale.shape[0]!;
  const count = sizeOf(dy.shape) / channels;
  const inverseDeviation = div(dy.graph.constant(1), sqrt(add(variance, epsilon)));
  const dyTotal = channelSum(dy);
  const dScale = mul(inverseDeviation, sub(channelDots(dy, deviation), mul(center, dyTotal)));
  const slope = mul(scale, inverseDeviation);
  const perElement = mul(slope, -1 / count);
  const xSlope = mul(perElement, mul(inverseDeviation, dScale));
  const centred = affineChannels(deviation, xSlope, mul(perElement, dyTotal), center);
  return [add(centred, scaleChannels(dy, slope)), dScale, dyTotal];
}

/** Batch normalization of x [N, C, …] by given statistics [C], as in inference. They get no gradient. */
export function frozenBatchNorm(
  x: Tensor,
  scale: Tensor,
  bias: Tensor,
  { mean, variance }: BatchStatistics,
  { epsilon = EPSILON }: BatchNormOptions = {},
): Tensor {
  requireFit(x, [scale, bias, mean, variance], epsilon);
  const slope = () => div(scale, sqrt(add(variance, epsilon)));
  const y = isInBlocks(x)
    ? affineChannels(x, slope(), bias, mean)
    : node('BatchNormalization', [x, scale, bias, mean, variance], x.shape, {
        attributes: { epsilon: { float: epsilon } },
      });
  return differentiable(y, [x, scale, bias], (dy) => {
    const total = channelSum(dy);
    const along = sub(channelDots(dy, x), mul(mean, total));
    return [scaleChannels(dy, slope()), div(along, sqrt(add(variance, epsilon))), total];
  });
}

function requireFit(x: Tensor, vectors: readonly Tensor[], epsilon: number): void {
  requireBelow(Number.POSITIVE_INFINITY, { epsilon });
  const channels = x.shape[1];
  const wrong = vectors.find(({ shape }) => shape.length !== 1 || shape[0] !== channels);
  if (channels === undefined || wrong) {
    throw new GradError(
      'shape',
      `batchNorm: x ${formatShape(x.shape)} needs one value per channel, got ${formatShape(wrong?.shape ?? [])}.`,
    );
  }
}
