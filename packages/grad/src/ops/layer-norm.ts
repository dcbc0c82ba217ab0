import { GradError } from '../errors.js';
import { differentiable, node } from '../graph/node.js';
import { formatShape, type Shape, sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { requireBelow } from '../ranges.js';
import { EPSILON } from './epsilon.js';
import { mul } from './mul.js';
import { reshape } from './reshape.js';
import { sub } from './sub.js';

/**
 * Normalises the last axis to mean 0 and variance 1, then scales and shifts (Ba et al. 2016):
 * x [.., D], scale [D], shift [D] → [.., D].
 */
export function layerNorm(x: Tensor, scale: Tensor, shift: Tensor, epsilon = EPSILON): Tensor {
  requireBelow(Number.POSITIVE_INFINITY, { epsilon });
  const size = x.shape.at(-1);
  if (size === undefined || [scale, shift].some(({ shape }) => shape.length !== 1 || shape[0] !== size)) {
    throw new GradError('shape', `layerNorm: x ${formatShape(x.shape)} needs scale and shift [${size ?? ''}].`);
  }
  if (sizeOf(x.shape) === 0)
    throw new GradError('shape', `layerNorm: x ${formatShape(x.shape)} has nothing to normalise.`);
  const rowShape = [...x.shape.slice(0, -1), 1];
  const [y, center, inverseDeviation] = x.graph.append(
    'LayerNormalization',
    [x, scale, shift],
    [{ shape: x.shape }, { shape: rowShape }, { shape: rowShape }],
    { attributes: { axis: -1, epsilon: { float: epsilon } } },
  ) as [Tensor, Tensor, Tensor];
  return differentiable(y, [x, scale, shift], (dy) => {
    const rows = sizeOf(rowShape);
    const product = (a: Tensor, b: Tensor, shape: Shape) => node('MatMul', [a, b], shape);
    const asRows = (t: Tensor) => reshape(t, [rows, size]);
    const column = (t: Tensor) => reshape(t, [rows, 1]);
    const [gradient, inverse] = [asRows(dy), column(inverseDeviation)];
    const deviation = sub(asRows(x), column(center));
    const along = mul(gradient, deviation);
    // Sums over rows and columns as products with vectors: of dy · scale and of dy · scale · (x − center), each over D.
    const weights = reshape(mul(scale, 1 / size), [size, 1]);
    const bend = mul(mul(inverse, mul(inverse, inverse)), product(along, weights, [rows, 1]));
    const mean = mul(inverse, product(gradient, weights, [rows, 1]));
    const straight = mul(mul(gradient, scale), inverse);
    const dx = sub(sub(straight, mul(deviation, bend)), mean);
    const ones = x.graph.constant(new Float32Array(rows).fill(1), [1, rows]);
    return [
      reshape(dx, x.shape),
      reshape(product(reshape(inverse, [1, rows]), along, [1, size]), [size]),
      reshape(product(ones, gradient, [1, size]), [size]),
    ];
  });
}
