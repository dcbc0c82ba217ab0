import { type Matrix, product, rowsOf, transposed } from './algebra/matrix.js';
import { solvePositiveDefinite } from './algebra/positive-definite.js';
import { type PrincipalComponents, principalComponents } from './algebra/principal-components.js';

/** Of the mean variance of the features along one of as many directions as there are pictures. */
const RIDGE = 0.3;

/**
 * The directions of features [pictures × features], of mean 0, along which the words told from them vary most. What is
 * told is a ridge regression on the pictures' words [pictures × words], also of mean 0 (Hastie et al., The Elements of
 * Statistical Learning, 12.3.7: solved between pictures, of which there are fewer than features).
 */
export async function wordComponents(
  features: Matrix,
  words: Matrix,
  { threads = 1, ...options }: { components: number; seed: number; threads?: number },
): Promise<Pick<PrincipalComponents, 'axes' | 'variances'>> {
  const inner = await product(features, transposed(features), threads);
  const shares = transposed(solved(inner, words));
  const weights = await product(shares, features, threads);
  const told = await product(inner, transposed(shares), threads);
  const { axes, variances } = await principalComponents(told, { ...options, threads });
  return { axes: await product(axes, weights, threads), variances };
}

/** What each picture's inner products count for each word, [pictures × words]. */
function solved(inner: Matrix, words: Matrix): Matrix {
  const matrix = rowsOf(inner);
  const trace = matrix.reduce((sum, row, i) => sum + row[i]!, 0);
  for (const [i, row] of matrix.entries()) row[i]! += (RIDGE * trace) / inner.rows + Number.EPSILON;
  const data = new Float32Array(words.data.length);
  for (const [i, row] of solvePositiveDefinite(matrix, rowsOf(words)).entries()) data.set(row, i * words.columns);
  return { ...words, data };
}
