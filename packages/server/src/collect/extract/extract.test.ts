import { describe, expect, it } from 'vitest';
import { currencyIn, parsePrice } from '../../catalogue/price.js';
import { parseSite } from '../config.js';
import { atPath, jsonAt } from './json-path.js';
import { Page } from './page.js';
import { readPage } from './read-page.js';

const site = (more = '') => parseSite(`name: shop\nstart: ['https://shop.example/']\n${more}`);
const read = (body: string, config = site(), type = 'text/html') =>
  readPage(new Page('https://shop.example/coats?page=2', body, type), config);

describe('a price', () => {
  it.each([
    ['34.99', 34.99],
    ['29,99 €', 29.99],
    ['1.234,50 €', 1234.5],
    ['$1,299.00', 1299],
    ['1 299 kr', 1299],
    ['1.299', 1299],
    ['€28.07 - €53.99', 28.07],
    ['ab 12,9', 12.9],
    ['12,– €', 12],
    ['free', undefined],
  ])('%j is %j', (text, price) => {
    expect(parsePrice(text)).toBe(price);
  });
  it('names its currency, where only one can be meant', () => {
    expect(['EUR', '29,99 €', '£5', '$5', '5 kr'].map(currencyIn)).toEqual(['EUR', 'EUR', 'GBP', undefined, undefined]);
  });
});

describe('JSON', () => {
  it('is read at a path, through arrays and over all entries', () => {
    const value = { offers: [{ price: 1 }, { price: 2 }], byId: { a: { n: 'x' }, b: { n: 'y' } } };
    expect(atPath(value, 'offers.price')).toEqual([1, 2]);
    expect(atPath(value, 'offers.1.price')).toEqual([2]);
    expect(atPath(value, 'byId.*.n')).toEqual(['x', 'y']);
    expect(atPath(value, 'constructor.name')).toEqual([]);
  });
  it('is found in a script, up to its closing bracket', () => {
    expect(jsonAt(`var a = { "b": "}\\"", "c": [1] }; more()`, 0)).toEqual({ b: '}"', c: [1] });
    expect(jsonAt('var a = { "b": ', 0)).toBeUndefined();
  });
});

describe('a product page', () => {
  const facts = { sku: 'c1', name: 'Coat', price: 80, currency: 'EUR', image: 'https://shop.example/c.jpg' };
  const expected = { id: 'c1', name: 'Coat', price: 80, currency: 'EUR', images: [facts.image] };
  it('is read from JSON-LD, in a graph too', () => {
    const { sku, name, image } = facts;
    const product = { '@type': ['Product'], sku, name, image, offers: { price: '80.00', priceCurrency: 'EUR' } };
    const crumbs = {
      '@type': 'BreadcrumbList',
      itemListElement: ['Home', 'Women', 'Coats', 'Coat'].map((title) => ({ item: { name: title } })),
    };
    const graph = JSON.stringify({ '@graph': [crumbs, product] });
    const { products } = read(`<script type="application/ld+json">${graph}</script>`);
    expect(products).toMatchObject([{ product: { ...expected, category: ['Women', 'Coats'] } }]);
  });
  it.each([
    [['https://schema.org/InStock'], 'in stock'],
    [['SoldOut'], 'out of stock'],
    [['http://schema.org/OutOfStock', 'schema:LimitedAvailability'], 'in stock'],
    [['https://schema.org/PreOrder'], 'out of stock'],
    [['ask us'], null],
    [[], null],
  ])('whose offers are %j is %s', (offers, availability) => {
    const told = { '@type': 'Product', ...facts, offers: offers.map((one) => ({ availability: one })) };
    const { products } = read(`<script type="application/ld+json">${JSON.stringify(told)}</script>`);
    expect(products).toMatchObject([{ product: { availability } }]);
  });
  it('tells in microdata and where a selector says whether it is in stock', () => {
    const offer = '<p itemprop="offers" itemscope><link itemprop="availability" href="https://schema.org/SoldOut"></p>';
    const item = `<div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">Coat</h1>
      <meta itemprop="sku" content="c1">${offer}<b>Noch da</b></div>`;
    expect(read(item).products).toMatchObject([{ product: { availability: 'out of stock' } }]);
    const config = site('product: { fields: { availability: { css: b, map: { Noch da: InStock } } } }');
    expect(read(item, config).products).toMatchObject([{ product: { availability: 'in stock' } }]);
  });
  it('is read from microdata', () => {
    const { products } = read(`<div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">Coat</h1>
      <meta itemprop="sku" content="c1"><img itemprop="image" src="/c.jpg">
      <p itemprop="offers" itemscope itemtype="https://schema.org/Offer"><b itemprop="price" content="80">80,00</b>
      <meta itemprop="priceCurrency" content="EUR"></p></div>`);
    expect(products).toMatchObject([{ product: expected }]);
  });
  it('is read from embedded JSON and by selectors', () => {
    const config = site(`product: { fields: {
      id: { json: item.no, in: '#data' }, name: h1, price: [{ css: .none }, { css: .price }],
      images: { json: '*', after: 'photos =', template: 'https://shop.example/{}.jpg' },
      colour: { url: 'page=(\\d)', map: { '2': red } } } }`);
    const { products } = read(
      `<h1> Coat </h1><i class="price">80 €</i><script id="data"><![CDATA[{"item":{"no":"c1"}}]]></script>
       <script>var photos = ["c"];</script>`,
      config,
    );
    expect(products).toMatchObject([{ product: { ...expected, colour: 'red' } }]);
  });
  it('that is none, or cut short, is no product', () => {
    for (const body of ['', '<h1>About us</h1>', '<script type="application/ld+json">{"@type":"Product"', '\0\u{fffd}'])
      expect(read(body).products).toEqual([]);
  });
});

describe('a listing', () => {
  it('that tells its products in microdata is no product', () => {
    const cards = ['a', 'b'].map(
      (id) => `<li itemscope itemtype="https://schema.org/Product">
      <meta itemprop="sku" content="${id}"><a class="p" href="/${id}" itemprop="name">${id}</a></li>`,
    );
    const { products, links } = read(cards.join(''), site('listing: { links: a.p }'));
    expect([products, links.length]).toEqual([[], 2]);
  });
  it('leads on within the site alone, each address in one spelling', () => {
    const links = [
      '/a?utm_source=x#top',
      'https://shop.example/a',
      'https://other.example/b',
      'javascript:void(0)',
      '/c?z=1&b=2',
    ];
    const body = links.map((href) => `<a class="p" href="${href}"></a>`).join('');
    expect(read(body, site('listing: { links: a.p }')).links).toEqual([
      'https://shop.example/a',
      'https://shop.example/c?b=2&z=1',
    ]);
  });
  it('of thousands of links side by side, with nothing around them, is read like any other', () => {
    const body = Array.from({ length: 5000 }, (_, index) => `<a class="p" href="/${index}">x</a>`).join('');
    expect(read(body, site('listing: { links: a.p }')).links).toHaveLength(5000);
  });
  it('in JSON is read item by item, and turns its page while it brings any', () => {
    const config = site(`listing: { paging: { parameter: page, first: 1 }, items: { json: products, fields: {
      id: { json: code }, name: { json: title }, price: { json: price }, currency: { value: SEK } } } }`);
    const products = [
      { code: 1, title: 'Coat', price: '80' },
      { code: 2, title: '' },
    ];
    const { products: found, links } = read(JSON.stringify({ products }), config, 'application/json');
    expect(found.map(({ product }) => product)).toMatchObject([{ id: '1', name: 'Coat', price: 80, currency: 'SEK' }]);
    expect(links).toEqual(['https://shop.example/coats?page=3']);
    expect(read('{"products":[]}', config, 'application/json').links).toEqual([]);
  });
  it('turns its page by as many products as it told, up to as many as there are', () => {
    const config = site(`listing: { paging: { parameter: page, step: items, end: { json: total } }, items: {
      json: products, fields: { id: { json: code }, name: { json: code } } } }`);
    const links = (total: number | undefined, codes: string[]) =>
      read(JSON.stringify({ total, products: codes.map((code) => ({ code })) }), config, 'application/json').links;
    expect(links(6, ['a', 'b', 'c'])).toEqual(['https://shop.example/coats?page=5']);
    expect(links(5, ['a', 'b', 'c'])).toEqual([]);
    expect(links(undefined, ['a', 'b', 'c'])).toEqual(['https://shop.example/coats?page=5']);
    expect(links(6, [])).toEqual([]);
  });

  it('turns to the last page of as many as it says, however it writes that', () => {
    const config = site(`listing: { paging: { parameter: page, first: 1, end: { json: pages } }, items: {
      json: products, fields: { id: { json: code }, name: { json: code } } } }`);
    const links = (pages: number | string) =>
      read(JSON.stringify({ pages, products: [{ code: 'a' }] }), config, 'application/json').links;
    for (const more of [3, '3 pages', '1.234']) expect(links(more)).toEqual(['https://shop.example/coats?page=3']);
    expect(links(2)).toEqual([]);
    expect(links('two')).toEqual(['https://shop.example/coats?page=3']);
  });
});
