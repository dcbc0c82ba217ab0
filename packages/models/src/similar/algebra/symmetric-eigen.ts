import { Matrix as DenseMatrix, EigenvalueDecomposition } from 'ml-matrix';
import { type Matrix, matrixOf, rowsOf } from './matrix.js';

/** The eigenvalues of a symmetric matrix [n × n], the largest first, and their vectors of length 1 as rows [n × n]. */
export function symmetricEigen(matrix: Matrix): { values: Float64Array; vectors: Matrix } {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(new DenseMatrix(rowsOf(matrix)), {
    assumeSymmetric: true,
  });
  // They come from the smallest to the largest.
  const last = matrix.rows - 1;
  const columns = realEigenvalues.map((_, i) => eigenvectorMatrix.getColumn(last - i));
  return { values: Float64Array.from(realEigenvalues).reverse(), vectors: matrixOf(columns, matrix.rows) };
}
