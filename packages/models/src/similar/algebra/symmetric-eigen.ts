/** Sweeps over all pairs; five to eight do for a few hundred rows. */
const SWEEPS = 30;
/** Relative to the trace: what stays beside the diagonal. */
const ACCURACY = 1e-10;

export interface Eigen {
  /** From the largest to the smallest. */
  readonly values: Float64Array;
  /** The vector of each value, of length 1. */
  readonly vectors: readonly Float64Array[];
}

/**
 * Values and vectors of a symmetric matrix by Jacobi's rotations (Golub & Van Loan, Matrix Computations, 8.5). For some
 * hundred rows: the work grows with their third power. `matrix` is changed.
 */
export function symmetricEigen(matrix: readonly Float64Array[]): Eigen {
  const n = matrix.length;
  const vectors = matrix.map((_, i) => Float64Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)));
  const trace = matrix.reduce((sum, row, i) => sum + Math.abs(row[i]!), 0);
  for (let sweep = 0; sweep < SWEEPS && beside(matrix) > ACCURACY * trace; sweep++) {
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) rotate(matrix, vectors, p, q);
  }
  const order = matrix.map((_, i) => i).sort((a, b) => matrix[b]![b]! - matrix[a]![a]!);
  return {
    values: Float64Array.from(order, (i) => matrix[i]![i]!),
    vectors: order.map((i) => vectors[i]!),
  };
}

/** The norm of what lies beside the diagonal. */
function beside(matrix: readonly Float64Array[]): number {
  let sum = 0;
  for (const [i, row] of matrix.entries()) for (let j = 0; j < i; j++) sum += 2 * row[j]! ** 2;
  return Math.sqrt(sum);
}

/** Turns the axes p and q so that nothing stays between them. The rows of `vectors` turn along. */
function rotate(matrix: readonly Float64Array[], vectors: readonly Float64Array[], p: number, q: number): void {
  const [rowP, rowQ] = [matrix[p]!, matrix[q]!];
  const between = rowP[q]!;
  if (between === 0) return;
  const ratio = (rowQ[q]! - rowP[p]!) / (2 * between);
  const tangent = Math.sign(ratio || 1) / (Math.abs(ratio) + Math.hypot(1, ratio));
  const cosine = 1 / Math.hypot(1, tangent);
  const sine = tangent * cosine;
  for (const row of matrix) turn(row, row, p, q, cosine, sine);
  for (let k = 0; k < rowP.length; k++) turnAt(rowP, rowQ, k, cosine, sine);
  const [vectorP, vectorQ] = [vectors[p]!, vectors[q]!];
  for (let k = 0; k < vectorP.length; k++) turnAt(vectorP, vectorQ, k, cosine, sine);
}

function turn(a: Float64Array, b: Float64Array, p: number, q: number, cosine: number, sine: number): void {
  const [x, y] = [a[p]!, b[q]!];
  a[p] = cosine * x - sine * y;
  b[q] = sine * x + cosine * y;
}

function turnAt(a: Float64Array, b: Float64Array, k: number, cosine: number, sine: number): void {
  const [x, y] = [a[k]!, b[k]!];
  a[k] = cosine * x - sine * y;
  b[k] = sine * x + cosine * y;
}
