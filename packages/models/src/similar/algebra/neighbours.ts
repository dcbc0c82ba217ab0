import { tenBest } from '../../metrics/retrieval.js';
import { type Matrix, product, rowsBetween, transposed } from './matrix.js';

/** Inner products in memory at once: 128 MB. */
const MOST_SCORES = 2 ** 25;

/** The 10 other rows whose inner products with a row are largest, best first, for each row; `atOnce` rows at a time. */
export async function neighboursOfAll(
  vectors: Matrix,
  {
    threads = 1,
    atOnce = Math.max(1, Math.floor(MOST_SCORES / vectors.rows)),
  }: { threads?: number; atOnce?: number } = {},
): Promise<number[][]> {
  const turned = transposed(vectors);
  const found: number[][] = [];
  for (let start = 0; start < vectors.rows; start += atOnce) {
    const some = rowsBetween(vectors, start, Math.min(vectors.rows, start + atOnce));
    const scores = await product(some, turned, threads);
    for (let i = 0; i < some.rows; i++) {
      const row = start + i;
      found.push(tenBest(scores.data.subarray(i * scores.columns, (i + 1) * scores.columns), (other) => other === row));
    }
  }
  return found;
}
