import { dot } from './dot.js';

/**
 * The solution x of a · x = b for a symmetric positive definite `a`, by Cholesky's factors (Golub & Van Loan, Matrix
 * Computations, 4.2). Both are changed: `b` becomes the solution, which is returned.
 */
export function solvePositiveDefinite(a: readonly Float64Array[], b: readonly Float64Array[]): readonly Float64Array[] {
  factor(a);
  for (const [i, row] of a.entries()) {
    for (let k = 0; k < i; k++) addTimes(b[i]!, b[k]!, -row[k]!);
    divide(b[i]!, row[i]!);
  }
  for (let i = a.length - 1; i >= 0; i--) {
    for (let k = i + 1; k < a.length; k++) addTimes(b[i]!, b[k]!, -a[k]![i]!);
    divide(b[i]!, a[i]![i]!);
  }
  return b;
}

/** Puts the lower factor in place of the lower half. */
function factor(a: readonly Float64Array[]): void {
  for (const [i, row] of a.entries()) {
    for (let j = 0; j <= i; j++) {
      const other = a[j]!;
      const rest = row[j]! - dot(row, other, j);
      row[j] = i === j ? Math.sqrt(rest) : rest / other[j]!;
    }
  }
}

function addTimes(target: Float64Array, row: Float64Array, times: number): void {
  for (let c = 0; c < target.length; c++) target[c]! += times * row[c]!;
}

function divide(row: Float64Array, by: number): void {
  for (let c = 0; c < row.length; c++) row[c]! /= by;
}
