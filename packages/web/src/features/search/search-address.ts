import { checkSearchFilter, type SearchFilter } from '@/shared/similar/search-filter';
import { type Crop, isWhole, SMALLEST } from './crop/crop';

/** What the address of the search page says: which search by photo, of which part of it, or by which words; narrowed by what. */
export interface SearchAddress extends SearchFilter {
  search?: string;
  /** `x,y,width,height` in fractions of the photo; left out for the whole. */
  crop?: string;
  words?: string;
}

/** Most letters that are searched with. */
export const MOST_LETTERS = 1000;

/** Keeps of an address what makes sense. */
export function checkSearchAddress(address: Record<string, unknown>): SearchAddress {
  const { search, crop } = address;
  // A number arrives as one.
  const words = String(address.words ?? '').trim();
  return {
    ...(typeof search === 'string' && search ? { search } : {}),
    ...(typeof crop === 'string' && cropOf(crop) ? { crop } : {}),
    ...(words && words.length <= MOST_LETTERS ? { words } : {}),
    ...checkSearchFilter(address),
  };
}

/** The crop that an address names; undefined for the whole photo, and for none that lies within it. */
export function cropOf(text: string | undefined): Crop | undefined {
  const numbers = text?.split(',').map(Number) ?? [];
  const [x = Number.NaN, y = Number.NaN, width = Number.NaN, height = Number.NaN] = numbers;
  const inside = numbers.length === 4 && x >= 0 && y >= 0 && x + width <= 1.001 && y + height <= 1.001;
  return inside && width >= SMALLEST / 2 && height >= SMALLEST / 2 ? { x, y, width, height } : undefined;
}

/** A crop for an address: to a thousandth of the photo, which no eye can tell; undefined for the whole. */
export function cropText(crop: Crop): string | undefined {
  if (isWhole(crop)) return undefined;
  const rounded = (value: number) => Math.floor(value * 1000) / 1000;
  return [crop.x, crop.y, crop.width, crop.height].map(rounded).join(',');
}
