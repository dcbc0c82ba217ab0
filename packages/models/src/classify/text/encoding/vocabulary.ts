import type { Bags } from '@vitrine/grad';
import { DataError } from '../../../errors.js';
import { type CleanListing, countNgrams, HASH_BITS, spellWords } from './ngrams.js';
import { type SparseRows, SparseRowsBuilder } from './sparse.js';

const ABSENT = -1;

/**
 * The features that occur in at least two listings, numbered (words first), with their weights: tf-idf with sublinear
 * term frequency, words and characters each of length 1 (Salton & Buckley 1988).
 */
export class Vocabulary {
  /** How many of the features are word features: those numbered 0 … words − 1. */
  readonly words: number;
  private readonly numbers = new Int32Array(2 ** HASH_BITS).fill(ABSENT);

  /** @param buckets places in the hash space, ascending. @param idf inverse document frequency of each. */
  constructor(
    readonly buckets: Int32Array,
    readonly idf: Float32Array,
  ) {
    buckets.forEach((bucket, number) => {
      this.numbers[bucket] = number;
    });
    const firstCharacters = buckets.findIndex((bucket) => bucket >= 2 ** (HASH_BITS - 1));
    this.words = firstCharacters < 0 ? buckets.length : firstCharacters;
  }

  get size(): number {
    return this.buckets.length;
  }

  /**
   * Learns from the training listings; the `largest` features seen most often stay.
   * @throws DataError `data.text` when no two listings have a feature in common.
   */
  static fit(listings: readonly CleanListing[], largest: number): Vocabulary {
    const documents = new Uint32Array(2 ** HASH_BITS);
    for (const listing of listings) {
      const { words, characters } = countNgrams(listing);
      for (const counts of [words, characters])
        for (const bucket of counts.keys()) documents[bucket] = documents[bucket]! + 1;
    }
    const buckets = Int32Array.from(mostFrequent(documents, largest));
    if (buckets.length === 0 && listings.length > 0)
      throw new DataError(
        'data.text',
        'No word or part of a word occurs in two of the texts to learn from; add products whose texts have words in common.',
      );
    const idf = Float32Array.from(buckets, (bucket) => Math.log((1 + listings.length) / (1 + documents[bucket]!)) + 1);
    return new Vocabulary(buckets, idf);
  }

  /** Weighted features, one row per listing; unknown features are left out. */
  encode(listings: readonly CleanListing[]): SparseRows {
    const rows = new SparseRowsBuilder(listings.length);
    for (const listing of listings) {
      const { words, characters } = countNgrams(listing);
      this.encodeBlock(rows, words);
      rows.endWords();
      this.encodeBlock(rows, characters);
      rows.endRow();
    }
    return rows.finish();
  }

  /** The first `length` words of each listing, spelt by known features: [listings × length] bags, the last ones empty. */
  encodeWords(listings: readonly CleanListing[], length: number): Bags {
    const offsets = new Int32Array(listings.length * length + 1);
    const numbers: number[] = [];
    listings.forEach((listing, row) => {
      const words = spellWords(listing, length);
      for (let at = 0; at < length; at++) {
        for (const place of words[at] ?? []) if (this.numbers[place] !== ABSENT) numbers.push(this.numbers[place]!);
        offsets[row * length + at + 1] = numbers.length;
      }
    });
    return { offsets, indices: Int32Array.from(numbers) };
  }

  private encodeBlock(rows: SparseRowsBuilder, counts: ReadonlyMap<number, number>): void {
    const start = rows.length;
    let squares = 0;
    for (const [bucket, count] of counts) {
      const number = this.numbers[bucket]!;
      if (number === ABSENT) continue;
      const value = (1 + Math.log(count)) * this.idf[number]!;
      squares += value * value;
      rows.push(number, value);
    }
    if (squares > 0) rows.scale(start, 1 / Math.sqrt(squares));
  }
}

/**
 * The places of the features seen most often: those seen equally often stay together or not at all, unless even the
 * first of these groups is too large; then a part of it stays, the first ones, for nothing could be learnt from none.
 */
function mostFrequent(documents: Uint32Array, largest: number): number[] {
  const least = leastFrequency(documents, largest);
  const places = placesWhere(documents, (count) => count >= least);
  if (places.length > 0) return places;
  return placesWhere(documents, (count) => count >= Math.max(2, least - 1)).slice(0, largest);
}

/** The smallest document frequency, at least 2, that no more than `largest` features reach. */
function leastFrequency(documents: Uint32Array, largest: number): number {
  const features = new Map<number, number>();
  for (const count of documents) if (count >= 2) features.set(count, (features.get(count) ?? 0) + 1);
  let kept = 0;
  for (const [frequency, size] of [...features].sort(([a], [b]) => b - a)) {
    if (kept + size > largest) return frequency + 1;
    kept += size;
  }
  return 2;
}

function placesWhere(counts: Uint32Array, matches: (count: number) => boolean): number[] {
  const places: number[] = [];
  for (let place = 0; place < counts.length; place++) if (matches(counts[place]!)) places.push(place);
  return places;
}
