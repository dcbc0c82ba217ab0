/** Vectors of one query set, whose rows are each other's candidates. */
export interface Retrieval {
  /** [rows × dimension]; the larger the dot product, the more alike. */
  readonly vectors: Float32Array;
  /** Class numbers. */
  readonly labels: ArrayLike<number>;
  /** Rows of one group (the same product, near duplicates) are not found for each other. Default: each its own. */
  readonly groups?: ArrayLike<number>;
}

/**
 * How well the nearest rows of other groups agree with a row in class: the mean share of its class among the 10 nearest
 * (`precisionAt10`), and how often the 5 nearest, by majority and then by nearness, have it (`knnAccuracy`).
 */
export function retrievalMetrics({ vectors, labels, groups }: Retrieval): {
  precisionAt10: number;
  knnAccuracy: number;
} {
  const rows = labels.length;
  const dimension = rows > 0 ? vectors.length / rows : 0;
  let [precision, right] = [0, 0];
  for (let query = 0; query < rows; query++) {
    const found = nearestRows(vectors, dimension, query, groups).map((row) => labels[row]!);
    precision += found.filter((label) => label === labels[query]).length / Math.max(1, found.length);
    if (majority(found.slice(0, 5)) === labels[query]) right++;
  }
  return { precisionAt10: precision / Math.max(1, rows), knnAccuracy: right / Math.max(1, rows) };
}

/** The 10 rows nearest to one of vectors [rows × dimension], best first; of equals the earlier. */
function nearestRows(vectors: Float32Array, dimension: number, query: number, groups?: ArrayLike<number>): number[] {
  const scores = new Float64Array(vectors.length / dimension);
  for (let row = 0; row < scores.length; row++) {
    let score = 0;
    for (let d = 0; d < dimension; d++) score += vectors[query * dimension + d]! * vectors[row * dimension + d]!;
    scores[row] = score;
  }
  return tenBest(scores, (row) => (groups ? groups[row] === groups[query] : row === query));
}

const FOUND = 10;

/** The places of the 10 highest scores but for those left out, best first; of equals the earlier. */
export function tenBest(scores: Float32Array | Float64Array, leftOut: (place: number) => boolean): number[] {
  const best: number[] = [];
  for (let place = 0; place < scores.length; place++) {
    const score = scores[place]!;
    if ((best.length === FOUND && score <= scores[best[FOUND - 1]!]!) || leftOut(place)) continue;
    let at = best.length;
    while (at > 0 && score > scores[best[at - 1]!]!) at--;
    best.splice(at, 0, place);
    if (best.length > FOUND) best.pop();
  }
  return best;
}

/** The most frequent label; of equals the one that comes first. */
function majority(labels: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].reduce<[number, number] | undefined>((a, b) => (a && a[1] >= b[1] ? a : b), undefined)?.[0];
}
