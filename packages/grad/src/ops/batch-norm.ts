import { GradError } from '../errors.js';
import { differentiable, differentiableAll, node } from '../graph/node.js';
import { formatShape, sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { affineChannels, hasLongRows, scaleChannels } from '../lower/channel-affine.js';
import { isInBlocks } from '../lower/channel-blocks.js';
import { channelDots, channelSum } from '../lower/channel-sums.js';
import { add } from './add.js';
import { div } from './div.js';
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

type Normalized = { readonly y: Tensor } & BatchStatistics;

const EPSILON = 1e-5;
/**
 * Batch normalization of x [N, C, …] by the batch's own statistics (Ioffe & Szegedy 2015):
 * y = scale · (x − mean) / √(variance + ε) + bias per channel. The statistics returned are not differentiated.
 */
export function batchNorm(
  x: Tensor,
  scale: Tensor,
  bias: Tensor,
  { epsilon = EPSILON }: BatchNormOptions = {},
): Normalized {
  checkChannels(x, [scale, bias]);
  const { y, mean, variance } =
    x.graph.portable || hasLongRows(x)
      ? normalizeByProducts(x, scale, bias, epsilon)
      : normalizeByOperator(x, scale, bias, epsilon);
  differentiableAll([y], [x, scale, bias], ([dy]) =>
    dy ? batchNormGradients(dy, x, scale, { mean, variance }, epsilon) : [undefined, undefined, undefined],
  );
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
  return { y, mean, variance };
}

/**
 * With variance = E[x²] − E[x]², all of it on every thread where the operator has one, and merged with an addition and a
 * ReLU that follow; graphics processors have the operator for inference only. Rounding may leave the difference of a constant channel below zero.
 */
function normalizeByProducts(x: Tensor, scale: Tensor, bias: Tensor, epsilon: number): Normalized {
  const share = scale.shape[0]! / sizeOf(x.shape);
  const mean = mul(channelSum(x), share);
  const difference = sub(mul(channelDots(x, x), share), mul(mean, mean));
  const variance = node('Relu', [difference], difference.shape);
  return { y: affineChannels(x, div(scale, sqrt(add(variance, epsilon))), bias, mean), mean, variance };
}

/**
 * dx = a·(dy − Σdy/n − x̂·Σ(dy·x̂)/n) with a = scale / √(variance + ε): per channel an affine function of dy and x.
 */
function batchNormGradients(
  dy: Tensor,
  x: Tensor,
  scale: Tensor,
  { mean, variance }: BatchStatistics,
  epsilon: number,
): [Tensor, Tensor, Tensor] {
  const channels = scale.shape[0]!;
  const count = sizeOf(x.shape) / channels;
  const inverseDeviation = div(x.graph.constant(1), sqrt(add(variance, epsilon)));
  const dyTotal = channelSum(dy);
  const dScale = mul(inverseDeviation, sub(channelDots(dy, x), mul(mean, dyTotal)));
  const slope = mul(scale, inverseDeviation);
  const perElement = mul(slope, -1 / count);
  const xSlope = mul(perElement, mul(inverseDeviation, dScale));
  const centred = affineChannels(x, xSlope, mul(perElement, dyTotal), mean);
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
  checkChannels(x, [scale, bias, mean, variance]);
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

function checkChannels(x: Tensor, vectors: readonly Tensor[]): void {
  const channels = x.shape[1];
  const wrong = vectors.find(({ shape }) => shape.length !== 1 || shape[0] !== channels);
  if (channels === undefined || wrong) {
    throw new GradError(
      'shape',
      `batchNorm: x ${formatShape(x.shape)} needs one value per channel, got ${formatShape(wrong?.shape ?? [])}.`,
    );
  }
}
