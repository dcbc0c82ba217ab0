/** What similar products may be narrowed by, as the address of a page says it. */
export interface SearchFilter {
  category?: string;
  minPrice?: number;
  maxPrice?: number;
  inStock?: true;
}

const priceOf = (value: unknown) => {
  const price = Number(value);
  return value !== undefined && value !== '' && Number.isFinite(price) && price >= 0 ? price : undefined;
};

/** Keeps of an address what makes sense; a highest price below the lowest does not. */
export function checkSearchFilter({ category, inStock, ...search }: Record<string, unknown>): SearchFilter {
  const [minPrice, maxPrice] = [priceOf(search.minPrice), priceOf(search.maxPrice)];
  return {
    // A numeric code arrives as a number.
    ...(category !== undefined && category !== '' ? { category: String(category) } : {}),
    ...(minPrice === undefined ? {} : { minPrice }),
    ...(maxPrice === undefined || maxPrice < (minPrice ?? 0) ? {} : { maxPrice }),
    ...(inStock === true || inStock === 'true' ? { inStock: true } : {}),
  };
}

export const isNarrowed = (filter: SearchFilter) => Object.keys(filter).length > 0;
