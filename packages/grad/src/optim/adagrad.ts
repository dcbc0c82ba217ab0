import type { Shape } from '../graph/shape.js';
import { add } from '../ops/add.js';
import { div } from '../ops/div.js';
import { mean } from '../ops/mean.js';
import { mul } from '../ops/mul.js';
import { sqrt } from '../ops/sqrt.js';
import { square } from '../ops/square.js';
import { sub } from '../ops/sub.js';
import { requireBelow } from '../ranges.js';
import type { Optimizer } from './optimizer.js';

export interface AdagradOptions {
  /** Default 1e-10. */
  readonly epsilon?: number;
  /**
   * Keep one number per row, the mean of its squares, instead of one per element: for embedding tables, of which it
   * keeps the rows that are seldom used learning fast at hardly any memory. Default false.
   */
  readonly rowWise?: boolean;
}

/**
 * Adagrad (Duchi et al. 2011) as in PyTorch: s ← s + g²; p ← p − lr · g / (√s + ε). A group's weight decay is L2.
 * Throws `graph` when epsilon is negative or not finite.
 */
export function adagrad({ epsilon = 1e-10, rowWise = false }: AdagradOptions = {}): Optimizer {
  requireBelow(Number.POSITIVE_INFINITY, { epsilon });
  const byRow = (shape: Shape) => rowWise && shape.length > 1;
  return {
    name: rowWise ? 'adagrad-rows' : 'adagrad',
    slots: ['square'],
    slotShape: (shape) => (byRow(shape) ? shape.map((size, axis) => (axis === 0 ? size : 1)) : shape),
    scalars: () => ({}),
    update({ parameter, gradient, slots, scalars, weightDecay = 0 }) {
      const g = weightDecay === 0 ? gradient : add(gradient, mul(parameter, weightDecay));
      const { shape } = parameter;
      const rowAxes = shape.map((_, axis) => axis).slice(1);
      const squares = byRow(shape) ? mean(square(g), rowAxes, { keepAxes: true }) : square(g);
      const total = add(slots.square!, squares);
      const step = div(mul(g, scalars.lr!), add(sqrt(total), epsilon));
      return { parameter: sub(parameter, step), slots: { square: total } };
    },
  };
}
