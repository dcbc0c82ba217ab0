import type { Schemas } from '@vitrine/client';

type SearchHit = Schemas['SearchHit'];
export type Band = SearchHit['band'];
/** A product that was found; only to another photo is its own so and so alike. */
export type Found = Pick<SearchHit, 'product' | 'duplicates'> & Partial<Pick<SearchHit, 'band' | 'likeness'>>;

/** How alike two photos look, in words: what to call it, and how many of three marks it gets. */
export const bands: Readonly<Record<Band, { title: string; marks: number }>> = {
  same: { title: 'Nearly the same', marks: 3 },
  close: { title: 'Close', marks: 2 },
  related: { title: 'Related', marks: 1 },
  weak: { title: 'Distant', marks: 0 },
};

/** What a likeness means: counted on this shop's own photos. */
export function likenessMeaning(likeness: number): string {
  const share = Math.round(likeness);
  return `Of 100 pairs of photos this alike, ${share} ${share === 1 ? 'is' : 'are'} of one category`;
}
