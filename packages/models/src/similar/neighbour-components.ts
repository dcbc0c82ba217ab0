import { type Matrix, product, transposed } from './algebra/matrix.js';
import { neighboursOfAll } from './algebra/neighbours.js';
import { symmetricEigen } from './algebra/symmetric-eigen.js';

/** Bounds of the shares of variance that lie between neighbours, so that each direction has a weight. */
const [LEAST, MOST] = [1e-3, 0.999];

/** Directions of length 1 [directions × columns], the most telling first, and what each counts. */
export interface NeighbourComponents {
  readonly axes: Matrix;
  readonly weights: Float64Array;
}

/**
 * The directions of whitened rows [rows × columns] in which a row's ten nearest by `vectors` [rows × dimension], of length 1,
 * lie close together while others don't: linear discriminant analysis with neighbours for classes (He & Niyogi 2003,
 * Locality Preserving Projections). With the share w of its variance that lies between neighbours a direction counts
 * (1 − w)^1.5 / w^¼: nothing where neighbours are no nearer to each other than two at random.
 */
export async function neighbourComponents(
  rows: Matrix,
  vectors: Matrix,
  { threads = 1 }: { threads?: number } = {},
): Promise<NeighbourComponents> {
  const near = await neighboursOfAll(vectors, { threads });
  const { values, vectors: axes } = symmetricEigen(await shared(rows, near, threads));
  const apart = values.map((value) => Math.min(MOST, Math.max(LEAST, 1 - value)));
  return { axes, weights: apart.map((share) => (1 - share) ** 1.5 / share ** 0.25) };
}

/**
 * The covariance of whitened rows less that of the differences of neighbours, halved, [columns × columns]: what neighbours
 * share. The products (zᵢ − zⱼ)(zᵢ − zⱼ)ᵀ are added up without making each.
 */
async function shared(
  { rows, columns, data }: Matrix,
  neighbours: readonly (readonly number[])[],
  threads: number,
): Promise<Matrix> {
  const against = new Float32Array(data.length);
  const add = (to: number, from: number, factor: number) => {
    for (let k = 0; k < columns; k++) against[to * columns + k]! += factor * data[from * columns + k]!;
  };
  let pairs = 0;
  for (const [row, near] of neighbours.entries()) {
    for (const other of near) {
      add(row, row, 1);
      add(other, other, 1);
      add(row, other, -2);
    }
    pairs += near.length;
  }
  const sums = await product(transposed({ rows, columns, data }), { rows, columns, data: against }, threads);
  const turned = transposed(sums);
  const between = sums.data.map((value, i) => (value + turned.data[i]!) / (4 * Math.max(1, pairs)));
  return { ...sums, data: between.map((value, i) => Number(i % (columns + 1) === 0) - value) };
}
