import { describe, expect, it } from 'vitest';
import { CATEGORIES, LEAVES } from './categories.js';
import { generateShop } from './shop.js';

const shop = generateShop({ seed: 'test', products: 400, shoppers: 60 });

const share = (hit: (product: (typeof shop.products)[number]) => boolean) =>
  shop.products.filter(hit).length / shop.products.length;

describe('the catalogue', () => {
  it('is the same for the same seed and another for another', () => {
    const small = { products: 30, shoppers: 4 };
    expect(generateShop({ seed: 1, ...small })).toEqual(generateShop({ seed: 1, ...small }));
    expect(generateShop({ seed: 1, ...small }).products).not.toEqual(generateShop({ seed: 2, ...small }).products);
  });

  it('has a tree whose leaves are exactly what products are filed under', () => {
    const codes = CATEGORIES.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const { parent } of CATEGORIES) if (parent !== null) expect(codes).toContain(parent);
    const parents = new Set<string | null>(CATEGORIES.map(({ parent }) => parent));
    expect(codes.filter((code) => !parents.has(code)).sort()).toEqual([...LEAVES].sort());
  });

  it('has every category, every language and valid prices, dates and ids', () => {
    expect(new Set(shop.products.map(({ truth }) => truth.category))).toEqual(new Set(LEAVES));
    expect(new Set(shop.products.map(({ language }) => language))).toEqual(new Set(['en', 'fr', 'de', 'es', 'it']));
    expect(new Set(shop.products.map(({ id }) => id)).size).toBe(400);
    for (const { price, createdAt, title, sizes } of shop.products) {
      expect(Number.isInteger(price) && price > 0).toBe(true);
      expect(Number.isNaN(Date.parse(createdAt))).toBe(false);
      expect(title).not.toMatch(/[{}]|undefined|^\s*$/);
      expect(sizes.length).toBeGreaterThan(0);
    }
  });

  it('is written as sellers write: vague titles, missing texts, capitals, entities', () => {
    expect(share(({ truth }) => truth.vague)).toBeGreaterThan(0.02);
    expect(share(({ truth }) => truth.vague)).toBeLessThan(0.12);
    expect(share(({ description }) => description === null)).toBeGreaterThan(0.1);
    expect(share(({ title }) => title === title.toUpperCase())).toBeGreaterThan(0.02);
    expect(share(({ description }) => /<(p|br|div|ul)/.test(description ?? ''))).toBeGreaterThan(0.4);
    expect(share(({ description }) => /&(eacute|deg|uuml|ntilde);/.test(description ?? ''))).toBeGreaterThan(0.01);
  });

  it('knows which listings are mislabelled and which repeat another', () => {
    for (const { category, truth } of shop.products) expect(category !== truth.category).toBe(truth.mislabelled);
    expect(shop.products.some(({ truth }) => truth.mislabelled)).toBe(true);
    const copies = shop.products.filter(({ truth }) => truth.duplicateOf !== null);
    expect(copies.length).toBeGreaterThan(0);
    for (const { truth, design } of copies) {
      expect(shop.products.find(({ id }) => id === truth.duplicateOf)?.design).toEqual(design);
    }
  });
});

describe('the shoppers', () => {
  it('touch only what is listed, in order of time, and rate only what they bought', () => {
    const ids = new Set(shop.products.map(({ id }) => id));
    const bought = new Set<string>();
    let last = '';
    for (const { user, item, kind, rating, at } of shop.interactions) {
      expect(ids.has(item)).toBe(true);
      expect(at >= last).toBe(true);
      last = at;
      if (kind === 'purchase') bought.add(`${user}/${item}`);
      if (kind === 'rating') expect(bought.has(`${user}/${item}`)).toBe(true);
      expect(rating !== null).toBe(kind === 'rating');
    }
  });

  it('leave a long tail: a tenth of the products draws several times its share of views', () => {
    const views = new Map<string, number>();
    for (const { item, kind } of shop.interactions) if (kind === 'view') views.set(item, (views.get(item) ?? 0) + 1);
    const counts = [...views.values()].sort((a, b) => b - a);
    const total = counts.reduce((sum, count) => sum + count, 0);
    expect(counts.slice(0, 40).reduce((sum, count) => sum + count, 0) / total).toBeGreaterThan(0.3);
  });

  it('have tastes: a shopper returns to the same department far more often than chance', () => {
    const made = new Map(shop.products.map(({ id, design }) => [id, design.department]));
    const own = new Map(shop.shoppers.map(({ id, department }) => [id, department]));
    const hits = shop.interactions.filter(
      ({ user, item }) => own.get(user) === 'women' && made.get(item) === 'women',
    ).length;
    const all = shop.interactions.filter(({ user }) => own.get(user) === 'women').length;
    expect(hits / all).toBeGreaterThan(share(({ design }) => design.department === 'women') + 0.15);
  });
});
