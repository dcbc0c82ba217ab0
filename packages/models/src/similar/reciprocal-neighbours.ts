import { type Matrix, product, rowsAt, rowsBetween, transposed } from './algebra/matrix.js';

/** Rows among which neighbours are looked for: more are dealt out to groups, so that the time grows with the rows alone. */
const AMONG = 50_000;
const AT_ONCE = 500;

/**
 * For each of vectors [rows × dimension], of length 1, which of its `count` nearest have it among their own as well
 * (k-reciprocal neighbours, Qin et al. 2011): [rows × count], the row itself where there are fewer. What looks like
 * nothing else, but has to have something nearest, stays alone.
 */
export async function reciprocalNeighbours(
  vectors: Matrix,
  count: number,
  { threads = 1, among = AMONG, signal }: { threads?: number; among?: number; signal?: AbortSignal } = {},
): Promise<Int32Array> {
  const neighbours = new Int32Array(vectors.rows * count);
  const groups = Math.ceil(vectors.rows / among);
  for (let group = 0; group < groups; group++) {
    const size = Math.ceil((vectors.rows - group) / groups);
    const rows = Array.from({ length: size }, (_, i) => group + i * groups);
    const near = await nearest(rowsAt(vectors, rows), count, threads, signal);
    for (const [i, row] of rows.entries()) {
      for (const [j, other] of near[i]!.entries()) {
        neighbours[row * count + j] = near[other]!.includes(i) ? rows[other]! : row;
      }
    }
  }
  return neighbours;
}

/** The `count` rows nearest to each but itself, best first; its own place where there are fewer. */
async function nearest(
  vectors: Matrix,
  count: number,
  threads: number,
  signal: AbortSignal | undefined,
): Promise<Int32Array[]> {
  const columns = transposed(vectors);
  const found: Int32Array[] = [];
  for (let start = 0; start < vectors.rows; start += AT_ONCE) {
    signal?.throwIfAborted();
    const queries = rowsBetween(vectors, start, Math.min(vectors.rows, start + AT_ONCE));
    const scores = await product(queries, columns, threads);
    for (let i = 0; i < queries.rows; i++) {
      found.push(highest(scores.data.subarray(i * vectors.rows, (i + 1) * vectors.rows), count, start + i));
    }
  }
  return found;
}

/** The places of the highest scores but one's own, best first; its own where there are fewer. */
function highest(scores: Float32Array, count: number, own: number): Int32Array {
  const places = new Int32Array(count).fill(own);
  const values = new Float32Array(count).fill(Number.NEGATIVE_INFINITY);
  for (let place = 0; place < scores.length; place++) {
    const score = scores[place]!;
    if (!(score > values[count - 1]!) || place === own) continue;
    let at = count - 1;
    for (; at > 0 && score > values[at - 1]!; at--) {
      values[at] = values[at - 1]!;
      places[at] = places[at - 1]!;
    }
    values[at] = score;
    places[at] = place;
  }
  return places;
}
