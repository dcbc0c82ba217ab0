import { fold, tokenize } from './clean.js';

/** Pieces that stand for no text. */
export const PADDING = 0;
export const UNKNOWN = 1;
const RESERVED = ['<pad>', '<unk>'];
/** Begins a word, so that the start of a word differs from its middle. */
const START = '▁';
const MOST_WORDS = 50_000;
const MAX_WORDS = 512;

/**
 * Byte-pair encoding (Sennrich et al. 2016) over folded words: the characters seen, then the pairs of pieces that occur
 * most often, merged one after the other.
 */
export class BytePairEncoding {
  private readonly numbers: ReadonlyMap<string, number>;
  private readonly ranks: ReadonlyMap<string, number>;
  private readonly known = new Map<string, number[]>();

  /** @param alphabet single characters. @param merges pairs in the order learnt. */
  constructor(
    readonly alphabet: readonly string[],
    readonly merges: readonly (readonly [string, string])[],
  ) {
    const pieces = [...RESERVED, ...alphabet, ...merges.map(([left, right]) => left + right)];
    this.numbers = new Map(pieces.map((piece, number) => [piece, number]));
    this.ranks = new Map(merges.map((pair, rank) => [pair.join(' '), rank]));
  }

  /** One more than the largest piece number. */
  get size(): number {
    return RESERVED.length + this.alphabet.length + this.merges.length;
  }

  /** Learns from texts until there are `size` pieces or no pair occurs twice. */
  static train(texts: Iterable<string>, size: number): BytePairEncoding {
    const words = countWords(texts);
    const alphabet = commonCharacters(words, Math.floor(size / 2));
    const learner = new PairLearner([...words].map(([word, count]) => ({ pieces: [...(START + word)], count })));
    const merges: (readonly [string, string])[] = [];
    while (merges.length < size - RESERVED.length - alphabet.length) {
      const pair = learner.mostFrequent();
      if (!pair) break;
      learner.merge(pair);
      merges.push(pair);
    }
    return new BytePairEncoding(alphabet, merges);
  }

  /** Piece numbers of a text, at most `limit`. */
  encode(text: string, limit: number): number[] {
    const pieces: number[] = [];
    for (const token of tokenize(text, MAX_WORDS)) {
      pieces.push(...this.encodeWord(fold(token)));
      if (pieces.length >= limit) return pieces.slice(0, limit);
    }
    return pieces;
  }

  private encodeWord(word: string): readonly number[] {
    const known = this.known.get(word);
    if (known) return known;
    let pieces = [...(START + word)];
    for (;;) {
      let best: { rank: number; at: number } | undefined;
      for (let at = 0; at + 1 < pieces.length; at++) {
        const rank = this.ranks.get(`${pieces[at]} ${pieces[at + 1]}`);
        if (rank !== undefined && (!best || rank < best.rank)) best = { rank, at };
      }
      if (!best) break;
      pieces = joinPair(pieces, pieces[best.at]!, pieces[best.at + 1]!);
    }
    const numbers = pieces.map((piece) => this.numbers.get(piece) ?? UNKNOWN);
    if (this.known.size < MOST_WORDS) this.known.set(word, numbers);
    return numbers;
  }
}

interface Spelling {
  pieces: string[];
  readonly count: number;
}

/** Counts of neighbouring pieces over all words, kept up to date while pairs merge. */
class PairLearner {
  private readonly counts = new Map<string, number>();
  private readonly places = new Map<string, Set<Spelling>>();

  constructor(words: readonly Spelling[]) {
    for (const word of words) this.add(word, 1);
  }

  /** The pair that occurs most often, at least twice; of equals the first in code point order. */
  mostFrequent(): [string, string] | undefined {
    let best: string | undefined;
    let most = 1;
    for (const [pair, count] of this.counts) {
      if (count > most || (count === most && best !== undefined && pair < best)) [best, most] = [pair, count];
    }
    return best?.split(' ') as [string, string] | undefined;
  }

  merge([left, right]: readonly [string, string]): void {
    for (const word of [...(this.places.get(`${left} ${right}`) ?? [])]) {
      this.add(word, -1);
      word.pieces = joinPair(word.pieces, left, right);
      this.add(word, 1);
    }
  }

  private add(word: Spelling, sign: 1 | -1): void {
    for (let at = 0; at + 1 < word.pieces.length; at++) {
      const pair = `${word.pieces[at]} ${word.pieces[at + 1]}`;
      const count = (this.counts.get(pair) ?? 0) + sign * word.count;
      if (count > 0) this.counts.set(pair, count);
      else this.counts.delete(pair);
      const places = this.places.get(pair) ?? new Set();
      this.places.set(pair, sign > 0 ? places.add(word) : places);
    }
    if (sign < 0)
      for (let at = 0; at + 1 < word.pieces.length; at++)
        this.places.get(`${word.pieces[at]} ${word.pieces[at + 1]}`)?.delete(word);
  }
}

function joinPair(pieces: readonly string[], left: string, right: string): string[] {
  const joined: string[] = [];
  for (let at = 0; at < pieces.length; at++) {
    const pair = pieces[at] === left && pieces[at + 1] === right;
    joined.push(pair ? left + right : pieces[at]!);
    if (pair) at++;
  }
  return joined;
}

function countWords(texts: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const token of tokenize(text, MAX_WORDS)) {
      const word = fold(token);
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return new Map([...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, MOST_WORDS));
}

function commonCharacters(words: ReadonlyMap<string, number>, limit: number): string[] {
  const counts = new Map<string, number>();
  for (const [word, count] of words)
    for (const character of START + word) counts.set(character, (counts.get(character) ?? 0) + count);
  return [...counts]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, limit)
    .map(([character]) => character);
}
