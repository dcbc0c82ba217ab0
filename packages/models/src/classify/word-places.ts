import type { ClassifyInput, WordWeight } from './schema.js';
import { cleanText, locateTokens, MAX_FIELD_LENGTH } from './text/encoding/clean.js';

/** A word of the cleaned text with its place in the field as given. */
interface WordPlace extends Omit<WordWeight, 'weight'> {
  /** Where it starts in the cleaned field. */
  readonly cleanStart: number;
}

/** What is markup and not text: comments, scripts and styles with what they hold, tags, character references. */
const MARKUP = /<!--.*?(?:-->|$)|<(script|style)\b.*?(?:<\/\1|$)|<[a-z!/][^>]*(?:>|$)|&#?[a-z\d]{2,31};/gis;

/**
 * The first words of title and of description after cleaning, at most so many of each, with their places in the fields as
 * given: there too they stand as whole words and outside of markup. Words that only decoding reveals are left out.
 */
export function wordPlaces(input: ClassifyInput, limit: number): WordPlace[] {
  return (['title', 'description'] as const).flatMap((field) => {
    const raw = (input[field] ?? '').slice(0, MAX_FIELD_LENGTH);
    const given = locateTokens(
      raw.replace(MARKUP, (markup) => ' '.repeat(markup.length)),
      Number.POSITIVE_INFINITY,
    );
    let next = 0;
    return locateTokens(cleanText(raw), limit).flatMap(({ text, start: cleanStart }) => {
      const at = given.findIndex((token, i) => i >= next && token.text === text);
      if (at < 0) return [];
      next = at + 1;
      const { start } = given[at]!;
      return [{ field, start, end: start + text.length, text, cleanStart }];
    });
  });
}
