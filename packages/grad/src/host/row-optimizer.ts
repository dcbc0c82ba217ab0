import type { NamedArray } from '../nn/state.js';
import type { RowMemory } from './row-kernels.js';

/** The table whose rows are updated, and where state of the optimizer's own may lie beside it. */
export interface RowTable {
  readonly memory: RowMemory;
  readonly rows: number;
  readonly dim: number;
  /** The byte address of room for as many tables as `stateTables` says, filled with zeros. */
  readonly state: number;
}

/** Updates single rows of a table from their gradients. */
export interface RowOptimizer {
  /** Prepares for one step; the function returned updates one row, given its byte address and that of its gradient. */
  begin(lr: number): (row: number, address: number, gradient: number) => void;
  /** The optimizer's state, live. */
  arrays(): Map<string, NamedArray>;
}

export type RowOptimizerChoice =
  | { readonly kind: 'sgd' }
  | { readonly kind: 'adagrad'; readonly epsilon?: number }
  | { readonly kind: 'adam'; readonly beta1?: number; readonly beta2?: number; readonly epsilon?: number };

/** How many arrays of the table's size the optimizer keeps in the table's memory. */
export function stateTables({ kind }: RowOptimizerChoice): number {
  return kind === 'adam' ? 2 : 0;
}

export function createRowOptimizer(choice: RowOptimizerChoice, table: RowTable): RowOptimizer {
  if (choice.kind === 'sgd') return sgdRows(table);
  return choice.kind === 'adagrad' ? adagradRows(choice, table) : adamRows(choice, table);
}

function sgdRows({ memory, dim }: RowTable): RowOptimizer {
  return {
    begin: (lr) => (_, address, gradient) => memory.axpy(address, gradient, dim, -lr),
    arrays: () => new Map(),
  };
}

/** Row-wise Adagrad: Duchi et al. 2011 with one accumulated mean square per row. */
function adagradRows({ epsilon = 1e-8 }: { epsilon?: number }, { memory, rows, dim }: RowTable): RowOptimizer {
  const squares = new Float32Array(rows);
  return {
    begin: (lr) => (row, address, gradient) => {
      squares[row] = squares[row]! + memory.squareSum(gradient, dim) / dim;
      memory.axpy(address, gradient, dim, -lr / (Math.sqrt(squares[row]!) + epsilon));
    },
    arrays: () => new Map([['squares', { shape: [rows], data: squares }]]),
  };
}

/** Lazy Adam: the moments of a row move only when it is used, as in PyTorch's `SparseAdam`. */
function adamRows(
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: { beta1?: number; beta2?: number; epsilon?: number },
  { memory, rows, dim, state }: RowTable,
): RowOptimizer {
  const rowBytes = dim * Float32Array.BYTES_PER_ELEMENT;
  const squares = state + rows * rowBytes;
  const step = new Float32Array(1);
  const array = (address: number): NamedArray => ({ shape: [rows, dim], data: memory.floats(address, rows * dim) });
  return {
    begin(lr) {
      step[0] = step[0]! + 1;
      const rate = lr / (1 - beta1 ** step[0]!);
      const inverse = 1 / Math.sqrt(1 - beta2 ** step[0]!);
      return (row, address, gradient) => {
        const [mean, square] = [state + row * rowBytes, squares + row * rowBytes];
        memory.adam(address, gradient, mean, square, dim, beta1, 1 - beta1, beta2, 1 - beta2, rate, inverse, epsilon);
      };
    },
    arrays: () =>
      new Map([
        ['means', array(state)],
        ['squares', array(squares)],
        ['step', { shape: [1], data: step }],
      ]),
  };
}
