import { GradError } from '../errors.js';
import { differentiable, node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { mul } from './mul.js';
import { stepAboveZero } from './step.js';
import { sub } from './sub.js';

/** min(max(x, low), high); the gradient at and beyond both is zero. Throws `shape` unless low < high. */
export function clamp(x: Tensor, low: number, high: number): Tensor {
  if (!(low < high)) throw new GradError('shape', `clamp: ${low} must lie below ${high}.`);
  const { graph } = x;
  const y = node('Clip', [x, graph.constant(low), graph.constant(high)], x.shape);
  return differentiable(y, [x], (dy) => {
    const inside = mul(stepAboveZero(sub(y, low)), stepAboveZero(sub(graph.constant(high), y)));
    return [mul(dy, inside)];
  });
}
