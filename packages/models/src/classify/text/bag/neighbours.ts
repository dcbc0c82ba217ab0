import type { Scores } from '../../blend.js';
import type { SparseRows } from '../encoding/sparse.js';

const NEIGHBOURS = 30;
/** The nearest count most: similarities are raised to this power. */
const SHARPNESS = 4;
/** Weight of the classes' frequencies beside the neighbours' votes; decides where nothing is near. */
const PRIOR = 0.02;

/** Labelled listings by the words they hold: an inverted index. */
export interface NeighbourIndex {
  /** [words + 1]: word w is held by entries offsets[w] to offsets[w + 1] − 1. */
  readonly offsets: Int32Array;
  /** Listing of each entry, and the word's weight in it. */
  readonly listings: Int32Array;
  readonly weights: Float32Array;
  /** Class of each listing. */
  readonly labels: Int32Array;
}

/** Indexes the word features of the rows chosen: those numbered below `words`. */
export function indexNeighbours(
  { offsets, middles, indices, values }: SparseRows,
  chosen: Int32Array,
  labels: Int32Array,
  words: number,
): NeighbourIndex {
  const starts = new Int32Array(words + 1);
  const each = (visit: (word: number, listing: number, value: number) => void) => {
    chosen.forEach((row, listing) => {
      for (let entry = offsets[row]!; entry < middles[row]!; entry++) visit(indices[entry]!, listing, values[entry]!);
    });
  };
  each((word) => {
    starts[word + 1]! += 1;
  });
  for (let word = 0; word < words; word++) starts[word + 1]! += starts[word]!;
  const next = starts.slice();
  const listings = new Int32Array(starts[words]!);
  const weights = new Float32Array(starts[words]!);
  each((word, listing, value) => {
    const at = next[word]!++;
    listings[at] = listing;
    weights[at] = value;
  });
  return { offsets: starts, listings, weights, labels: chosen.map((row) => labels[row]!) };
}

/**
 * Log-probabilities [rows × classes] of a vote among the 30 indexed listings whose words are nearest by cosine, each
 * counting by the fourth power of its similarity (distance-weighted nearest neighbours, Dudani 1976). Rewordings and
 * variants of one product sit close together, which linear models and networks smooth over.
 */
export function voteOfNeighbours(index: NeighbourIndex, rows: SparseRows, classes: number): Scores {
  const prior = new Float32Array(classes).fill(1 / classes);
  for (const label of index.labels) prior[label]! += 1;
  for (let k = 0; k < classes; k++) prior[k]! *= PRIOR / (index.labels.length + 1);
  const scores = new Float32Array(rows.middles.length * classes);
  const similarity = new Float32Array(index.labels.length);
  for (let row = 0; row < rows.middles.length; row++) {
    const votes = Float64Array.from(prior);
    let total = PRIOR;
    for (const listing of nearest(index, rows, row, similarity)) {
      const vote = similarity[listing]! ** SHARPNESS;
      votes[index.labels[listing]!]! += vote;
      total += vote;
    }
    for (let k = 0; k < classes; k++) scores[row * classes + k] = Math.log(votes[k]! / total);
  }
  return scores;
}

/** The listings nearest to a row, at most 30, in no order; fills `similarity` [listings]. */
function nearest(index: NeighbourIndex, rows: SparseRows, row: number, similarity: Float32Array): Int32Array {
  similarity.fill(0);
  for (let entry = rows.offsets[row]!; entry < rows.middles[row]!; entry++) {
    const word = rows.indices[entry]!;
    const value = rows.values[entry]!;
    const end = index.offsets[word + 1]!;
    for (let at = index.offsets[word]!; at < end; at++) {
      const listing = index.listings[at]!;
      similarity[listing] = similarity[listing]! + value * index.weights[at]!;
    }
  }
  const found = new Int32Array(NEIGHBOURS);
  let [count, weakest] = [0, 0];
  for (let listing = 0; listing < similarity.length; listing++) {
    if (similarity[listing]! <= (count < NEIGHBOURS ? 0 : similarity[found[weakest]!]!)) continue;
    if (count < NEIGHBOURS) found[count++] = listing;
    else found[weakest] = listing;
    if (count === NEIGHBOURS)
      weakest = found.reduce((worst, each, i) => (similarity[each]! < similarity[found[worst]!]! ? i : worst), 0);
  }
  return found.subarray(0, count);
}
