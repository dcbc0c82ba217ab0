import { compile } from 'html-to-text';

/** Characters of a field that are read; what follows decides no category, and parsing a megabyte of HTML takes seconds. */
export const MAX_FIELD_LENGTH = 20_000;

const toText = compile({
  wordwrap: false,
  limits: { maxInputLength: MAX_FIELD_LENGTH, maxDepth: 100 },
  selectors: [
    { selector: 'a', options: { ignoreHref: true } },
    { selector: 'ul', options: { itemPrefix: ' ' } },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'table'].map((selector) => ({ selector, options: { uppercase: false } })),
    ...['img', 'script', 'style', 'svg', 'head', 'hr'].map((selector) => ({ selector, format: 'skip' as const })),
  ],
});

/** A tag, a comment or a character reference. */
const MARKUP = /<[a-z!/]|&(?:[a-z]{2,31}|#\d{1,7}|#x[\da-f]{1,6});?/i;

/** Lone surrogates, controls (NUL among them), unassigned characters, zero-width and direction marks. */
const UNPRINTABLE = /[\p{Surrogate}\p{Control}\p{Unassigned}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/gu;

/**
 * A field as a seller wrote it → plain text on one line: HTML stripped and character references decoded (twice where an
 * export escaped them twice), lone surrogates, NUL and other controls and invisible marks gone. Letter case and accents
 * stay. Reads the first `MAX_FIELD_LENGTH` characters; never throws.
 */
export function cleanText(field: string): string {
  let text = field.slice(0, MAX_FIELD_LENGTH).replace(UNPRINTABLE, ' ');
  for (let pass = 0; pass < 2 && MARKUP.test(text); pass++) text = toText(text);
  return text.replace(UNPRINTABLE, ' ').replace(/\s+/gu, ' ').trim();
}

/**
 * The form in which words are compared: compatibility forms unified (NFKD), lower case, accents of Latin, Greek and
 * Cyrillic letters dropped. Vowel signs of other scripts stay: without them words would merge.
 */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]+/g, '');
}

const TOKEN = /[\p{L}\p{M}\p{N}]+|\p{Extended_Pictographic}/gu;
const MAX_TOKEN = 32;

/** A word, a number or an emoji, and where it starts. */
interface Token {
  readonly text: string;
  readonly start: number;
}

/** Words, numbers and emoji in order. Longer runs, as in scripts that put no spaces, are cut into pieces of 32. */
export function tokenize(text: string, limit: number): string[] {
  return locateTokens(text, limit).map((token) => token.text);
}

/** The tokens of `tokenize` with their places. */
export function locateTokens(text: string, limit: number): Token[] {
  const tokens: Token[] = [];
  for (const { 0: run, index } of text.matchAll(TOKEN)) {
    for (let start = 0; start < run.length; start += MAX_TOKEN) {
      if (tokens.length >= limit) return tokens;
      tokens.push({ text: run.slice(start, start + MAX_TOKEN), start: index + start });
    }
  }
  return tokens;
}
