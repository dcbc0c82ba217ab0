import { centred, type Matrix, product, transposed } from '../algebra/matrix.js';
import { principalComponents } from '../algebra/principal-components.js';
import { neighbourMap, type Place } from './neighbour-map.js';

/** A photo on the run's page: its row in the snapshot, its category, and where it lies in either layout. */
export interface ProjectedPhoto {
  readonly row: number;
  readonly label: string | null;
  readonly pca: Place;
  readonly map: Place;
}

/** Most photos: each is laid out by each. */
export const PROJECTED = 600;

/** Lays vectors of length 1 out in a plane: along their two principal components, and so that neighbours stay together. */
export async function projection(
  vectors: Matrix,
  rows: readonly { readonly row: number; readonly label?: string }[],
  { seed, threads = 1 }: { seed: number; threads?: number },
): Promise<{ points: ProjectedPhoto[] }> {
  const { mean, axes } = await principalComponents(vectors, { components: 2, seed, threads });
  const along = await product(centred(vectors, mean), transposed(axes), threads);
  const pca = rows.map((_, i): Place => [along.data[i * axes.rows] ?? 0, axes.rows > 1 ? along.data[i * 2 + 1]! : 0]);
  const map = neighbourMap(vectors, pca);
  const rounded = ([x, y]: Place): Place => [Number(x.toPrecision(5)), Number(y.toPrecision(5))];
  return {
    points: rows.map(({ row, label }, i) => ({
      row,
      label: label ?? null,
      pca: rounded(pca[i]!),
      map: rounded(map[i]!),
    })),
  };
}
