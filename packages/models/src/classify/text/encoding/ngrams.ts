import { fold, tokenize } from './clean.js';

/** A listing's text: at least one of the fields holds words after cleaning. Both are plain text, see `cleanText`. */
export interface CleanListing {
  readonly title: string;
  readonly description: string;
}

/** Half of the hash space holds word features, half character features. */
export const HASH_BITS = 22;
const HALF = 2 ** (HASH_BITS - 1);

/** How often the title counts where a description follows: it names the thing, the rest tells of it and of the shop. */
const TITLE_TIMES = 4;
const MAX_WORDS = 512;
const MAX_SPELT_WORDS = 96;
const CHARACTERS = { shortest: 2, longest: 5 } as const;

/** How often each feature occurs, by its place in the hash space; the two maps share none. */
export interface NgramCounts {
  /** Words, pairs of neighbours, letter case, first and last word, shape of the text. */
  readonly words: Map<number, number>;
  /** Sequences of 2 to 5 characters within a word and its borders: robust against typos, inflection, compounds. */
  readonly characters: Map<number, number>;
}

/**
 * The features of a listing, hashed (Weinberger et al. 2009). Words of title and description share their features; the
 * title also has its own where there is a description too, and counts four times. Case and punctuation count because
 * sellers of different trades write differently. The first 512 words are read, the first 96 also by characters.
 */
export function countNgrams({ title, description }: CleanListing): NgramCounts {
  const counts: NgramCounts = { words: new Map(), characters: new Map() };
  const head = tokenize(title || description, MAX_WORDS);
  const rest = title && description ? tokenize(description, MAX_WORDS - head.length) : [];
  const times = rest.length > 0 ? TITLE_TIMES : 1;
  countWords(counts.words, head, times);
  countWords(counts.words, rest, 1);
  if (rest.length > 0) for (const word of head) add(counts.words, hash(fold(word), Salt.title), times);
  if (head.length > 0) {
    add(counts.words, hash(fold(head[0]!), Salt.first));
    add(counts.words, hash(fold(head.at(-1)!), Salt.last));
    countShape(counts.words, title || description, head);
  }
  const spelt = head.slice(0, MAX_SPELT_WORDS);
  for (const word of spelt) countCharacters(counts.characters, ` ${fold(word)} `, times);
  for (const word of rest.slice(0, MAX_SPELT_WORDS - spelt.length))
    countCharacters(counts.characters, ` ${fold(word)} `, 1);
  return counts;
}

/**
 * The first words of a listing in order, each by the features that spell it: itself, its letter case, how it begins and
 * how it ends. All of them are among the listing's n-grams.
 */
export function spellWords({ title, description }: CleanListing, limit: number): number[][] {
  const head = tokenize(title || description, limit);
  const rest = title && description ? tokenize(description, limit - head.length) : [];
  return [...head, ...rest].map((word) => {
    const folded = fold(word);
    const bordered = ` ${folded} `;
    const ends = [bordered.slice(0, 4), bordered.slice(0, 5), bordered.slice(-4)];
    const cased = word === word.toLowerCase() ? [] : [hash(word, Salt.cased)];
    return [hash(folded, Salt.word), ...cased, ...new Set(ends.map(spelling))];
  });
}

/** Keeps kinds of features apart that would be spelt alike. */
enum Salt {
  word = 1,
  title,
  first,
  last,
  cased,
  lowerCase,
  length,
  lowerCaseLength,
  mark,
  characters,
}

function countWords(counts: Map<number, number>, words: readonly string[], times: number): void {
  let previous: string | undefined;
  for (const word of words) {
    const folded = fold(word);
    add(counts, hash(folded, Salt.word), times);
    if (previous !== undefined) add(counts, hash(`${previous} ${folded}`, Salt.word), times);
    if (word !== word.toLowerCase()) add(counts, hash(word, Salt.cased), times);
    previous = folded;
  }
}

/** How much is in lower case, how long it is, which marks and accents it has: what tells a title from a sentence. */
function countShape(counts: Map<number, number>, text: string, words: readonly string[]): void {
  const lower = words.filter((word) => word === word.toLowerCase()).length;
  const quarter = Math.round((4 * lower) / words.length);
  const length = Math.min(12, Math.round(2 * Math.log2(words.length + 1)));
  add(counts, hash(`${quarter}`, Salt.lowerCase));
  add(counts, hash(`${length}`, Salt.length));
  add(counts, hash(`${quarter} ${length}`, Salt.lowerCaseLength));
  for (const [mark] of text.slice(0, 2000).matchAll(/[^\p{L}\p{M}\p{N}\s]/gu)) add(counts, hash(mark, Salt.mark));
  if (/[\u00c0-\u017f]/.test(text)) add(counts, hash('accent', Salt.mark));
}

function countCharacters(counts: Map<number, number>, word: string, times: number): void {
  for (let start = 0; start < word.length; start++) {
    let state = seed(Salt.characters);
    const end = Math.min(word.length, start + CHARACTERS.longest);
    for (let at = start; at < end; at++) {
      state = Math.imul(state ^ word.charCodeAt(at), FNV_PRIME);
      const length = at - start + 1;
      if (length >= CHARACTERS.shortest) add(counts, spellingPlace(state, length), times);
    }
  }
}

/** The place of a sequence of characters, in the characters' half. */
function spelling(characters: string): number {
  return spellingPlace(fnv(seed(Salt.characters), characters), characters.length);
}

const spellingPlace = (state: number, length: number) => HALF + (mix(state ^ length) & (HALF - 1));

function add(counts: Map<number, number>, feature: number, times = 1): void {
  counts.set(feature, (counts.get(feature) ?? 0) + times);
}

const FNV_PRIME = 16777619;
const seed = (salt: Salt) => Math.imul(2166136261 ^ salt, FNV_PRIME);

/** FNV-1a of a text, in the words' half. */
function hash(text: string, salt: Salt): number {
  return mix(fnv(seed(salt), text)) & (HALF - 1);
}

function fnv(start: number, text: string): number {
  let state = start;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), FNV_PRIME);
  return state;
}

/** The finalizer of MurmurHash3: spreads every input bit over all output bits. */
function mix(state: number): number {
  let word = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}
