import { cleanText, fold, tokenize } from '../classify/text/encoding/clean.js';

/** Words of a title that are read. */
const READ = 32;
/** A word must stand in so many titles, and in no more than this share of them, to say something of a photo. */
const FEWEST_TITLES = 5;
const LARGEST_SHARE = 0.5;
const MOST_WORDS = 1000;
/** Share of the photos that must have such words for them to be learnt. */
const TITLED = 0.5;

/** The words that training photos' titles are made of: what a network can learn to tell of a photo. */
export class TitleWords {
  private readonly numbers: ReadonlyMap<string, number>;

  private constructor(words: readonly string[]) {
    this.numbers = new Map(words.map((word, number) => [word, number]));
  }

  /** Learns which words recur in titles; undefined where there are none, or most photos have none of them. */
  static fit(titles: readonly (string | undefined)[]): TitleWords | undefined {
    const counts = new Map<string, number>();
    for (const title of titles) for (const word of wordsOf(title)) counts.set(word, (counts.get(word) ?? 0) + 1);
    const recurring = [...counts]
      .filter(([, count]) => count >= FEWEST_TITLES && count <= LARGEST_SHARE * titles.length)
      .sort(([, a], [, b]) => b - a)
      .slice(0, MOST_WORDS);
    const words = new TitleWords(recurring.map(([word]) => word));
    const titled = titles.filter((title) => words.of(title).length > 0).length;
    return words.size >= 2 && titled >= TITLED * titles.length ? words : undefined;
  }

  get size(): number {
    return this.numbers.size;
  }

  /** [titles × size]: the words of each title have equal shares of 1; all 0 where it has none of them. */
  targets(titles: readonly (string | undefined)[]): Float32Array {
    const targets = new Float32Array(titles.length * this.size);
    for (const [row, title] of titles.entries()) {
      const found = this.of(title);
      for (const number of found) targets[row * this.size + number] = 1 / found.length;
    }
    return targets;
  }

  private of(title: string | undefined): number[] {
    return wordsOf(title).flatMap((word) => this.numbers.get(word) ?? []);
  }
}

/** The words of a title that have a letter, each once. */
function wordsOf(title = ''): string[] {
  return [...new Set(tokenize(fold(cleanText(title)), READ))].filter((word) => /\p{L}/u.test(word));
}
