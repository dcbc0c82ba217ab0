export const sorts = {
  newest: 'Newest',
  title: 'Title',
  price: 'Price, low to high',
  '-price': 'Price, high to low',
  oldest: 'Oldest',
} as const;
export type ProductSort = keyof typeof sorts;

/** What the address of the product list says. */
export interface ProductSearch {
  q?: string;
  category?: string;
  sort?: ProductSort;
  page?: number;
  dense?: boolean;
}

/** Keeps of an address what makes sense. */
export function checkProductSearch(search: Record<string, unknown>): ProductSearch {
  const page = Number(search.page);
  return {
    ...(typeof search.q === 'string' && search.q ? { q: search.q } : {}),
    // A numeric code arrives as a number.
    ...(search.category !== undefined && search.category !== '' ? { category: String(search.category) } : {}),
    ...(typeof search.sort === 'string' && search.sort in sorts ? { sort: search.sort as ProductSort } : {}),
    ...(Number.isInteger(page) && page > 1 ? { page } : {}),
    ...(search.dense === true ? { dense: true } : {}),
  };
}
