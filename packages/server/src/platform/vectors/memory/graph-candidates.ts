import { shortlist } from '../graph/usearch.js';
import type { KeyedGraph } from './memory-index.js';

/** Where a graph would have to propose a larger share than this, comparing all is faster. */
const MOST = 0.1;

interface CandidateSearch {
  limit: number;
  passes: ((row: number) => boolean) | undefined;
  /** Rows there are. */
  size: number;
  /** So many are compared one by one rather than looked for in a graph under a filter. */
  few: number;
  expansion: number | undefined;
}

/**
 * The rows a graph proposes for comparing with the question. Under a filter it is asked for as many more as the filter
 * turns away, so that as many are left as without.
 * @returns undefined where comparing all that pass is the better way
 */
export function graphCandidates(
  { graph, keys }: KeyedGraph,
  vector: Float32Array,
  { limit, passes, size, few, expansion = graph.tuning.expansion }: CandidateSearch,
): number[] | undefined {
  const passing = passes ? count(size, passes) : size;
  if (passing <= few) return undefined;
  const wanted = Math.max(expansion, shortlist(limit));
  const candidates = Math.ceil((wanted * size * keys.given) / (passing * keys.live));
  if (candidates > size * MOST) return undefined;
  const compared = shortlist(limit);
  const rows: number[] = [];
  for (const key of graph.nearest(vector, candidates)) {
    const row = keys.rowOf(Number(key));
    if (row !== undefined && (!passes || passes(row))) rows.push(row);
    // The rounding of the graph's vectors changes the order of near neighbours only.
    if (rows.length === compared) break;
  }
  // What passes may be elsewhere than what is asked about.
  return rows.length < Math.min(limit, passing) ? undefined : rows;
}

function count(size: number, passes: (row: number) => boolean): number {
  let passing = 0;
  for (let row = 0; row < size; row++) if (passes(row)) passing++;
  return passing;
}
