import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText, fold, MAX_FIELD_LENGTH, tokenize } from './clean.js';

describe('cleanText', () => {
  it.each([
    ['<p>Coussin <b>doux</b></p><ul><li>40&nbsp;cm</li></ul>', 'Coussin doux 40 cm'],
    ['Caf&eacute; &amp; th&#233; &#x2665;', 'Café & thé ♥'],
    ['&lt;p&gt;escaped &amp;amp; twice&lt;/p&gt;', 'escaped & twice'],
    ['<script>alert(1)</script><style>p{}</style>Robe', 'Robe'],
    ['<h1>Big Title</h1>', 'Big Title'],
    ['3 < 4 and a > b, AT&T', '3 < 4 and a > b, AT&T'],
    ['  many \n\t spaces ', 'many spaces'],
    ['a\u0000b\ud800c\u202ed\ufeff', 'a b c d'],
    ['<div><br></div>&nbsp;', ''],
    ['', ''],
  ])('%j becomes %j', (raw, clean) => {
    expect(cleanText(raw)).toBe(clean);
  });

  it('reads no more than the first characters of a field', () => {
    expect(cleanText('x '.repeat(1_000_000)).length).toBeLessThanOrEqual(MAX_FIELD_LENGTH);
  });

  it('never throws and leaves neither controls nor lone surrogates', () => {
    const nasty = fc.array(
      fc.constantFrom('<', '>', '&', '#', ';', '/', 'a', 'p', '\u0000', '\ud83d', '\udc00', 'é', '<p', '&lt;'),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          nasty.map((parts) => parts.join('')),
        ),
        (raw) => {
          expect(cleanText(raw)).not.toMatch(/[\p{Surrogate}\p{Cc}]/u);
        },
      ),
    );
  });
});

describe('fold', () => {
  it.each([
    ['ÉTÉ', 'ete'],
    ['İstanbul', 'istanbul'],
    ['ﬁn Ｗｉｄｅ', 'fin wide'],
    ['Ёлка', 'елка'],
  ])('%s and %s are the same word', (a, b) => {
    expect(fold(a)).toBe(b);
  });

  it('keeps vowel signs of other scripts', () => {
    expect(fold('हिन्दी')).toBe('हिन्दी');
  });

  it('changes nothing when done twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(fold(fold(text))).toBe(fold(text));
      }),
    );
  });
});

describe('tokenize', () => {
  it('finds words, numbers and emoji in any script', () => {
    expect(tokenize("L'été 2024: 🎮, كتاب!", 10)).toEqual(['L', 'été', '2024', '🎮', 'كتاب']);
  });

  it('cuts long runs into pieces and stops at the limit', () => {
    expect(tokenize('x'.repeat(70), 10).map((token) => token.length)).toEqual([32, 32, 6]);
    expect(tokenize('a b c d', 2)).toEqual(['a', 'b']);
  });
});
