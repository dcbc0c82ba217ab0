import { describe, expect, it } from 'vitest';
import { checkSearchFilter } from './search-filter';

describe('the filter in an address', () => {
  it('is what was written there, numbers as numbers and codes as text', () => {
    expect(checkSearchFilter({ category: 1281, minPrice: '5', maxPrice: 20.5, inStock: true, page: 3 })).toEqual({
      category: '1281',
      minPrice: 5,
      maxPrice: 20.5,
      inStock: true,
    });
  });

  it.each([
    [{ minPrice: 'cheap', maxPrice: -4, inStock: 'maybe', category: '' }, {}],
    [{ minPrice: 30, maxPrice: 20 }, { minPrice: 30 }],
    [{ minPrice: '', maxPrice: undefined }, {}],
  ])('loses what makes no sense: %j', (search, kept) => {
    expect(checkSearchFilter(search)).toEqual(kept);
  });
});
