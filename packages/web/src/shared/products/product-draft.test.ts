import { describe, expect, it } from 'vitest';
import { bodyOf, emptyDraft, problemsOf } from './product-draft';

const draft = { ...emptyDraft, title: 'Linen shirt' };

describe('a product in a form', () => {
  it('is sent with the numbers that were written', () => {
    expect(bodyOf({ ...draft, price: '24,90', stock: '12' })).toMatchObject({
      price: 24.9,
      currency: 'EUR',
      stock: 12,
    });
    expect(bodyOf(draft)).toMatchObject({ price: null, currency: null, stock: null });
  });

  it.each(['1,000', '1.000', '0x10', '1e3', 'fifty', '1000000001'])('is not sent with %j as its price', (price) => {
    expect(Object.keys(problemsOf({ ...draft, price }))).toEqual(['price']);
  });

  it.each(['1,000', '1.000', '0x10', '1e3', '2.5'])('is not sent with %j in stock', (stock) => {
    expect(Object.keys(problemsOf({ ...draft, stock }))).toEqual(['stock']);
  });

  it('keeps a price of more decimals that was not touched', () => {
    const kept = { ...draft, price: '12.345' };
    expect(problemsOf(kept, '12.345')).toEqual({});
    expect(bodyOf(kept, '12.345').price).toBe(12.345);
    expect(problemsOf(kept, '12.5')).toHaveProperty('price');
  });
});
