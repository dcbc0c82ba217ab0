import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BytePairEncoding, UNKNOWN } from './bpe.js';

const TEXTS = [
  'low low low low low',
  'lower lower',
  'newest newest newest newest newest newest',
  'widest widest widest',
];

describe('BytePairEncoding', () => {
  it('merges the most frequent pair first, as in the paper’s example', () => {
    const { merges } = BytePairEncoding.train(TEXTS, 60);
    // e+s and s+t occur nine times each, as does es+t afterwards.
    expect(merges.slice(0, 2).map((pair) => pair.join('+'))).toEqual(['e+s', 'es+t']);
  });

  it('spells a frequent word with one piece and an unseen one with several known ones', () => {
    const encoding = BytePairEncoding.train(TEXTS, 60);
    expect(encoding.encode('newest', 10)).toHaveLength(1);
    const pieces = encoding.encode('lowest', 10);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces).not.toContain(UNKNOWN);
  });

  it('stands in for characters never seen', () => {
    expect(BytePairEncoding.train(TEXTS, 60).encode('щ', 10)).toContain(UNKNOWN);
  });

  it('gives at most `limit` numbers, all below its size, the same after being stored', () => {
    const encoding = BytePairEncoding.train(TEXTS, 40);
    const again = new BytePairEncoding(encoding.alphabet, encoding.merges);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        const numbers = encoding.encode(text, 8);
        expect(numbers.length).toBeLessThanOrEqual(8);
        expect(numbers.every((number) => number > 0 && number < encoding.size)).toBe(true);
        expect(again.encode(text, 8)).toEqual(numbers);
      }),
    );
  });
});
