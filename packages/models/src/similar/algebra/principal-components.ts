import { createRandom } from '@vitrine/grad';
import { dot } from './dot.js';
import { centred, type Matrix, matrixOf, meanRow, product, rowsBetween, rowsOf, transposed } from './matrix.js';
import { symmetricEigen } from './symmetric-eigen.js';

/** Rounds of subspace iteration: the leading components of pictures stand apart after a few. */
const ROUNDS = 8;
/** Of the largest variance: what lies below is noise of the arithmetic. */
const NOTHING = 1e-6;

export interface PrincipalComponents {
  readonly mean: Float32Array;
  /** Directions of length 1 [components × columns], that of the largest variance first. */
  readonly axes: Matrix;
  /** Of the rows along each axis. */
  readonly variances: Float64Array;
}

/**
 * The directions in which rows vary most, by subspace iteration on their inner products (Halko et al. 2011, algorithm
 * 4.4) and Rayleigh–Ritz. There are fewer than `components` when the rows vary in fewer directions.
 */
export async function principalComponents(
  rows: Matrix,
  { components, seed, threads = 1 }: { components: number; seed: number; threads?: number },
): Promise<PrincipalComponents> {
  const mean = meanRow(rows);
  const around = centred(rows, mean);
  const inner = await product(around, transposed(around), threads);
  const random = createRandom(seed, 'principal components');
  let basis = orthonormal(
    Array.from({ length: Math.min(components, rows.rows) }, () =>
      Float64Array.from({ length: rows.rows }, () => random.normal()),
    ),
  );
  for (let round = 0; round < ROUNDS; round++) {
    basis = orthonormal(rowsOf(await product(matrixOf(basis, rows.rows), inner, threads)));
  }
  const { values, weights } = await ritz(matrixOf(basis, rows.rows), inner, threads);
  const spans = await product(weights, around, threads);
  for (const [i, value] of values.entries()) {
    const axis = spans.data.subarray(i * spans.columns, (i + 1) * spans.columns);
    for (let k = 0; k < axis.length; k++) axis[k]! /= Math.sqrt(value);
  }
  return { mean, axes: spans, variances: values.map((value) => value / rows.rows) };
}

/** The principal directions within the span of a basis, as weights of the rows, and their sums of squares. */
async function ritz(basis: Matrix, inner: Matrix, threads: number): Promise<{ values: Float64Array; weights: Matrix }> {
  const within = await product(await product(basis, inner, threads), transposed(basis), threads);
  const { values, vectors } = symmetricEigen(within);
  const kept = values.filter((value) => value > NOTHING * values[0]!);
  return { values: kept, weights: await product(rowsBetween(vectors, 0, kept.length), basis, threads) };
}

/** Gram–Schmidt, twice for accuracy; vectors that lie in the span of those before are left out. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const vector of vectors) {
    const rest = Float64Array.from(vector);
    for (const other of [...basis, ...basis]) {
      const along = dot(rest, other);
      for (let i = 0; i < rest.length; i++) rest[i]! -= along * other[i]!;
    }
    const length = Math.sqrt(dot(rest, rest));
    if (length > 1e-4 * Math.sqrt(dot(vector, vector))) basis.push(rest.map((value) => value / length));
  }
  return basis;
}
