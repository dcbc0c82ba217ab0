import { describe, expect, it } from 'vitest';
import { countNgrams } from './ngrams.js';
import { Vocabulary } from './vocabulary.js';

const listing = (title: string, description = '') => ({ title, description });
const LISTINGS = ['red cotton shirt', 'blue cotton shirt', 'red wool scarf', 'steel kitchen knife'].map((title) =>
  listing(title),
);

describe('countNgrams', () => {
  it('gives spellings that differ in accents alone the same features, but for the accent itself', () => {
    const [plain, accented] = [countNgrams(listing('pate fine')), countNgrams(listing('pâte fine'))];
    expect([...accented.characters.keys()].sort()).toEqual([...plain.characters.keys()].sort());
    const extra = [...accented.words.keys()].filter((feature) => !plain.words.has(feature));
    expect(extra).toHaveLength(1);
  });

  it('shares word features between title and description, and marks those of the title', () => {
    const [alone, both] = [countNgrams(listing('knife')), countNgrams(listing('knife', 'steel'))];
    for (const feature of alone.words.keys()) expect(both.words.has(feature)).toBe(true);
    expect(both.words.size).toBe(alone.words.size + 2);
  });

  it('counts the title four times where a description follows', () => {
    const [title, description] = ['knife', 'steel'].map((word) => countNgrams(listing(word)));
    const { words, characters } = countNgrams(listing('knife', 'steel'));
    const [knife, steel] = [title!, description!].map((alone) => [...alone.characters.keys()][0]!);
    expect([characters.get(knife!), characters.get(steel!)]).toEqual([4, 1]);
    expect(Math.max(...words.values())).toBe(4);
    expect(Math.max(...title!.words.values())).toBe(1);
  });

  it('reads bounded amounts of endless text', () => {
    const endless = Array.from({ length: 5000 }, (_, i) => `word${i}`).join(' ');
    const { words, characters } = countNgrams(listing(endless));
    expect(words.size).toBeLessThan(1200);
    expect(characters.size).toBeLessThan(96 * 40);
  });

  it('finds nothing in nothing', () => {
    const { words, characters } = countNgrams(listing(''));
    expect(words.size + characters.size).toBe(0);
  });
});

describe('Vocabulary', () => {
  const vocabulary = Vocabulary.fit(LISTINGS, 1000);

  it('keeps what occurs in two listings, words first', () => {
    expect(vocabulary.words).toBeGreaterThan(0);
    expect(vocabulary.words).toBeLessThan(vocabulary.size);
    const once = new Set(countNgrams(listing('steel knife')).characters.keys());
    const twice = countNgrams(listing('cotton')).characters;
    expect([...twice.keys()].every((feature) => vocabulary.buckets.includes(feature))).toBe(true);
    expect([...once].every((feature) => vocabulary.buckets.includes(feature))).toBe(false);
  });

  it('keeps the most frequent ones when there is room for few', () => {
    expect(Vocabulary.fit(LISTINGS, 5).size).toBeLessThanOrEqual(5);
  });

  it('keeps as many as there is room for, the first ones, when all are seen equally often', () => {
    const alike = [listing('red cotton shirt'), listing('red cotton shirt')];
    const all = Vocabulary.fit(alike, 1000);
    const few = Vocabulary.fit(alike, 5);
    expect(all.size).toBeGreaterThan(5);
    expect(few.buckets).toEqual(all.buckets.subarray(0, 5));
    expect(few.idf).toEqual(all.idf.subarray(0, 5));
  });

  it('takes all or none of the others that are seen equally often', () => {
    const documents = new Map<number, number>();
    for (const { words, characters } of LISTINGS.map(countNgrams))
      for (const feature of [...words.keys(), ...characters.keys()])
        documents.set(feature, (documents.get(feature) ?? 0) + 1);
    const seen = (times: number) => [...documents.values()].filter((count) => count >= times).length;
    expect(seen(3)).toBeGreaterThan(1);
    expect(seen(2)).toBeGreaterThan(seen(3) + 1);
    expect(Vocabulary.fit(LISTINGS, seen(2) - 1).size).toBe(seen(3));
    expect(Vocabulary.fit(LISTINGS, seen(2)).size).toBe(seen(2));
  });

  it('says what to do when no two texts have anything in common', () => {
    const strangers = [listing('a'), listing('ЩЩЩ ЮЮ Ю Ж')];
    expect(() => Vocabulary.fit(strangers, 1000)).toThrow('have words in common');
    expect(Vocabulary.fit([], 1000).size).toBe(0);
  });

  it('encodes both halves of a row with length 1', () => {
    const { offsets, middles, indices, values } = vocabulary.encode(LISTINGS);
    LISTINGS.slice(0, 3).forEach((_, row) => {
      const length = (from: number, to: number) => Math.hypot(...values.subarray(from, to));
      expect(length(offsets[row]!, middles[row]!)).toBeCloseTo(1, 5);
      expect(length(middles[row]!, offsets[row + 1]!)).toBeCloseTo(1, 5);
      expect(indices.subarray(offsets[row], middles[row]).every((feature) => feature < vocabulary.words)).toBe(true);
    });
  });

  it('knows nothing of words never seen but the shape of the text', () => {
    const { offsets, middles } = vocabulary.encode([listing('щщщ'), listing('юю ю')]);
    expect(offsets[1]! - middles[0]!).toBe(0);
    expect(offsets[2]! - offsets[1]!).toBeLessThanOrEqual(3);
  });

  it('is the same after being stored', () => {
    const again = new Vocabulary(vocabulary.buckets, vocabulary.idf);
    expect(again.encode(LISTINGS)).toEqual(vocabulary.encode(LISTINGS));
  });
});
