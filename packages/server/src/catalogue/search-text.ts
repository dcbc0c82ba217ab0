/** Longest description that search looks into, in characters. */
const BODY_LENGTH = 20_000;

/** Lower case, without accents: what is typed finds what is meant. */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Words of letters and digits, folded. */
export function searchWords(text: string): string[] {
  return fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Letter triples of each word with its edges marked, as PostgreSQL's pg_trgm takes them: `bag` → `␣␣b ␣ba bag ag␣`. */
export function trigramsOf(text: string): string[] {
  const triples = new Set<string>();
  for (const word of searchWords(text)) {
    const letters = [...`  ${word} `];
    for (let start = 0; start + 3 <= letters.length; start++) triples.add(letters.slice(start, start + 3).join(''));
  }
  return [...triples];
}

/** The columns that search reads, made from what the seller wrote. */
export function searchColumns(product: {
  title: string;
  description: string;
  sku?: string | null | undefined;
  brand?: string | null | undefined;
  colour?: string | null | undefined;
}): { searchTitle: string; searchBody: string; trigrams: string[] } {
  const { title, description, sku, brand, colour } = product;
  const head = [title, brand, colour, sku].filter(Boolean).join(' ');
  const body = description.slice(0, BODY_LENGTH).replace(/<[^<>]*>/g, ' ');
  return {
    searchTitle: searchWords(head).join(' '),
    searchBody: searchWords(body).join(' '),
    trigrams: trigramsOf(head),
  };
}

/** A `tsquery` that wants every word, the last one as a beginning, as it is while typing; undefined without any word. */
export function prefixQuery(text: string): string | undefined {
  const words = searchWords(text).slice(0, 20);
  return words.length ? words.map((word) => `${word}:*`).join(' & ') : undefined;
}
