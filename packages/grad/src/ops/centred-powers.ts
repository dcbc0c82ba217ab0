import type { Tensor } from '../graph/tensor.js';
import { exp } from './exp.js';
import { max } from './max.js';
import { sub } from './sub.js';
import { sum } from './sum.js';

/** The lowest finite float32: its exponential is zero, and so is zero times it. */
export const LOWEST = -(2 - 2 ** -23) * 2 ** 127;

/**
 * What softmax is made of: x less its largest value along `axis`, the powers of that, which can't overflow, and their
 * sum.
 */
interface CentredPowers {
  readonly largest: Tensor;
  readonly centred: Tensor;
  readonly powers: Tensor;
  readonly total: Tensor;
}

/**
 * The parts of a softmax written out, those over `axis` of size 1 there. Along other axes than the last, where ONNX's
 * operators transpose twice, what is composed of them is four times as fast.
 */
export function centredPowers(x: Tensor, axis: number): CentredPowers {
  const largest = max(x, [axis], { keepAxes: true });
  const centred = sub(x, largest);
  const powers = exp(centred);
  return { largest, centred, powers, total: sum(powers, [axis], { keepAxes: true }) };
}
