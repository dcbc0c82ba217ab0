import type { VectorRows } from '../rows/vector-rows.js';
import type { VectorHit } from '../vector-index.js';
import { Nearest } from './nearest.js';

/** What float32 sums of products in another order may differ by. */
const ROUNDING = 1e-5;

/** The best of all rows, found by the library's kernels in a fraction of the time that JavaScript takes for them. */
export function nearestOfAll(
  { exactSearch, MetricKind }: typeof import('usearch'),
  rows: VectorRows,
  query: Float32Array,
  limit: number,
): VectorHit[] {
  for (let wanted = limit + 16; ; wanted *= 4) {
    const count = Math.min(wanted, rows.size);
    if (!count) return [];
    // A copy: it reads arrays from the beginning of their buffers, whatever part of these they show.
    const found = exactSearch(rows.vectors, query.slice(), rows.dimension, count, MetricKind.IP, 1);
    const { keys, distances } = 'counts' in found ? found.get(0) : found;
    const hits = new Nearest(rows, query, limit).list(Array.from(keys, Number)).hits;
    const furthest = 1 - (distances.at(-1) ?? 1);
    // Rows that were not found may have the score of the last hit, and an id before its.
    if (count === rows.size || furthest + ROUNDING < (hits.at(-1)?.score ?? 1)) return hits;
  }
}
