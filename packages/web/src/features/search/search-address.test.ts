import { describe, expect, it } from 'vitest';
import { WHOLE } from './crop/crop';
import { checkSearchAddress, cropOf, cropText } from './search-address';

describe('the address of a search', () => {
  it('names the search, the part of the photo and the filter', () => {
    const address = { search: 'a1', crop: '0.1,0.2,0.5,0.6', category: 'hats', inStock: true as const };
    expect(checkSearchAddress({ ...address, other: 'thing' })).toEqual(address);
  });

  it.each([
    [' red dress ', 'red dress'],
    [501, '501'],
  ])('has the words of %j', (words, read) => {
    expect(checkSearchAddress({ words })).toEqual({ words: read });
  });

  it.each(['', '  ', 'x'.repeat(1001)])('has no words in %j', (words) => {
    expect(checkSearchAddress({ words })).toEqual({});
  });

  it.each(['', 'half', '0,0,1', '0,0,0,0', '0.5,0.5,0.9,0.2', '-0.1,0,0.5,0.5', '0,0,NaN,1'])(
    'has no part of the photo in %j',
    (crop) => {
      expect(cropOf(crop)).toBeUndefined();
      expect(checkSearchAddress({ crop })).toEqual({});
    },
  );

  it('leaves the whole photo out, and gives back what it was given', () => {
    expect(cropText(WHOLE)).toBeUndefined();
    const crop = { x: 0.25, y: 0.5, width: 0.125, height: 0.5 };
    expect(cropOf(cropText(crop))).toEqual(crop);
  });

  it('never lets rounding leave the photo', () => {
    const third = { x: 2 / 3, y: 2 / 3, width: 1 / 3, height: 1 / 3 };
    const { x, width } = cropOf(cropText(third)) ?? WHOLE;
    expect(x + width).toBeLessThanOrEqual(1);
  });
});
