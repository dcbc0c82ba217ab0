import { GradError } from '../errors.js';
import { differentiable } from '../graph/node.js';
import { formatShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { sumTo } from './broadcast.js';
import { mean } from './mean.js';
import { mul } from './mul.js';
import { sub } from './sub.js';

/**
 * Normalises the last axis to mean 0 and variance 1, then scales and shifts (Ba et al. 2016):
 * x [.., D], scale [D], shift [D] → [.., D].
 */
export function layerNorm(x: Tensor, scale: Tensor, shift: Tensor, epsilon = 1e-5): Tensor {
  const size = x.shape.at(-1);
  if (size === undefined || [scale, shift].some(({ shape }) => shape.length !== 1 || shape[0] !== size)) {
    throw new GradError('shape', `layerNorm: x ${formatShape(x.shape)} needs scale and shift [${size ?? ''}].`);
  }
  const rowShape = [...x.shape.slice(0, -1), 1];
  const [y, center, inverseDeviation] = x.graph.append(
    'LayerNormalization',
    [x, scale, shift],
    [{ shape: x.shape }, { shape: rowShape }, { shape: rowShape }],
    { attributes: { axis: -1, epsilon: { float: epsilon } } },
  ) as [Tensor, Tensor, Tensor];
  return differentiable(y, [x, scale, shift], (dy) => {
    const normal = mul(sub(x, center), inverseDeviation);
    const scaled = mul(dy, scale);
    const along = mul(normal, mean(mul(scaled, normal), [-1], { keepAxes: true }));
    const dx = mul(inverseDeviation, sub(sub(scaled, mean(scaled, [-1], { keepAxes: true })), along));
    return [dx, sumTo(mul(dy, normal), scale.shape), sumTo(dy, shift.shape)];
  });
}
