import type { NamedArray } from '../nn/state.js';
import type { RowMemory } from './row-kernels.js';

/** Where the rows to update and their gradients lie, as byte addresses in one memory. */
interface RowStep {
  readonly memory: RowMemory;
  readonly lr: number;
}

/** Updates single rows of a table from their gradients. */
export interface RowOptimizer {
  /** Prepares for one step; the function returned updates one row, given its address and that of its gradient. */
  begin(step: RowStep): (row: number, address: number, gradient: number) => void;
  /** The optimizer's state, live. */
  arrays(): Map<string, NamedArray>;
}

export type RowOptimizerChoice =
  | { readonly kind: 'sgd' }
  | { readonly kind: 'adagrad'; readonly epsilon?: number }
  | { readonly kind: 'adam'; readonly beta1?: number; readonly beta2?: number; readonly epsilon?: number };

export function createRowOptimizer(choice: RowOptimizerChoice, rows: number, dim: number): RowOptimizer {
  if (choice.kind === 'sgd') return sgdRows(dim);
  return choice.kind === 'adagrad' ? adagradRows(choice, rows, dim) : adamRows(choice, rows, dim);
}

function sgdRows(dim: number): RowOptimizer {
  return {
    begin:
      ({ memory, lr }) =>
      (_, address, gradient) =>
        memory.axpy(address, gradient, dim, -lr),
    arrays: () => new Map(),
  };
}

/** Row-wise Adagrad: Duchi et al. 2011 with one accumulated mean square per row. */
function adagradRows({ epsilon = 1e-8 }: { epsilon?: number }, rows: number, dim: number): RowOptimizer {
  const squares = new Float32Array(rows);
  return {
    begin:
      ({ memory, lr }) =>
      (row, address, gradient) => {
        squares[row] = squares[row]! + memory.squareSum(gradient, dim) / dim;
        memory.axpy(address, gradient, dim, -lr / (Math.sqrt(squares[row]!) + epsilon));
      },
    arrays: () => new Map([['squares', { shape: [rows], data: squares }]]),
  };
}

/** Lazy Adam: the moments of a row move only when it is used, as in PyTorch's `SparseAdam`. */
function adamRows(
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: { beta1?: number; beta2?: number; epsilon?: number },
  rows: number,
  dim: number,
): RowOptimizer {
  const means = new Float32Array(rows * dim);
  const squares = new Float32Array(rows * dim);
  const step = new Float32Array(1);
  return {
    begin({ memory, lr }) {
      step[0] = step[0]! + 1;
      const rate = lr / (1 - beta1 ** step[0]!);
      const rootBias2 = Math.sqrt(1 - beta2 ** step[0]!);
      const numbers = memory.all();
      return (row, address, gradient) => {
        const start = row * dim;
        for (let d = 0; d < dim; d++) {
          const g = numbers[gradient / 4 + d]!;
          const mean = means[start + d]! * beta1 + g * (1 - beta1);
          const square = squares[start + d]! * beta2 + g * g * (1 - beta2);
          means[start + d] = mean;
          squares[start + d] = square;
          numbers[address / 4 + d]! -= (rate * mean) / (Math.sqrt(square) / rootBias2 + epsilon);
        }
      };
    },
    arrays: () =>
      new Map([
        ['means', { shape: [rows, dim], data: means }],
        ['squares', { shape: [rows, dim], data: squares }],
        ['step', { shape: [1], data: step }],
      ]),
  };
}
