import { type Availability, availabilityIn } from '../../catalogue/availability.js';
import { currencyIn, parsePrice } from '../../catalogue/price.js';
import { FIELDS, type FieldName, type Site, type Source } from '../config.js';
import { atPath } from './json-path.js';
import type { Page } from './page.js';
import { type Scope, valuesOf } from './values.js';

/** A product as a shop's page tells it. */
export interface ShopProduct {
  /** The shop's own id; null where the page tells none. */
  id: string | null;
  name: string;
  description: string;
  images: string[];
  price: number | null;
  /** ISO 4217. */
  currency: string | null;
  /** Its page, canonical. */
  url: string;
  category: string[];
  brand: string | null;
  colour: string | null;
  /** Whether it can be bought now; null where the page doesn't tell. */
  availability: Availability | null;
}

/** Which source each field came from, for previews. */
export type Origins = Partial<Record<FieldName, Source>>;

/** Where shops tell what they sell in the standard ways; used for the fields a config doesn't name. */
const STANDARD: Record<FieldName, Source[]> = {
  id: [{ jsonld: 'sku' }, { jsonld: 'productID' }, { microdata: 'sku' }, { microdata: 'productID' }],
  name: [{ jsonld: 'name' }, { microdata: 'name' }, { meta: 'og:title' }, { css: 'h1' }],
  description: [{ jsonld: 'description' }, { microdata: 'description' }, { meta: 'og:description' }],
  images: [{ jsonld: 'image' }, { microdata: 'image' }, { meta: 'og:image' }],
  price: [
    { jsonld: 'offers.price' },
    { jsonld: 'offers.lowPrice' },
    { microdata: 'offers.price' },
    { meta: 'product:price:amount' },
    { meta: 'og:price:amount' },
  ],
  currency: [
    { jsonld: 'offers.priceCurrency' },
    { microdata: 'offers.priceCurrency' },
    { meta: 'product:price:currency' },
    { meta: 'og:price:currency' },
  ],
  url: [{ css: 'link[rel="canonical"]', attr: 'href' }],
  category: [
    { jsonld: 'itemListElement.item.name', type: 'BreadcrumbList', skip: 1 },
    { jsonld: 'itemListElement.name', type: 'BreadcrumbList', skip: 1 },
    { microdata: 'itemListElement.name', type: 'BreadcrumbList', skip: 1 },
    { jsonld: 'category', match: '([^>/|]+)$' },
  ],
  brand: [{ jsonld: 'brand' }, { microdata: 'brand' }, { meta: 'product:brand' }],
  colour: [{ jsonld: 'color' }, { microdata: 'color' }, { meta: 'product:color' }],
  availability: [
    { jsonld: 'offers.availability' },
    { jsonld: 'offers.offers.availability' },
    { microdata: 'offers.availability' },
    { meta: 'product:availability' },
    { meta: 'og:availability' },
  ],
};

export interface Found {
  product: ShopProduct;
  origins: Origins;
}

/** The product of a product page; undefined where it holds none: no name, or nothing beside a name. */
export function productOf(page: Page, site: Site): Found | undefined {
  const found = read(page, (field) => site.product.fields[field] ?? STANDARD[field]);
  const { id, price, images } = found.product;
  const isProduct = id !== null || price !== null || (images.length > 0 && page.linked('Product').length > 0);
  return found.product.name && isProduct ? found : undefined;
}

/** The products that a listing itself tells. */
export function listedProducts(page: Page, site: Site): Found[] {
  const { items } = site.listing;
  if (!items) return [];
  const scopes: Scope[] =
    items.json !== undefined
      ? valuesAt(page.json, items.json).map((value) => ({ value }))
      : page
          .html(items.css ?? '')
          .toArray()
          .map((element) => ({ element }));
  return scopes
    .map((scope) => read(page, (field) => items.fields[field] ?? [], scope))
    .filter(({ product }) => product.name && (product.id !== null || product.url !== page.url));
}

function read(page: Page, sourcesOf: (field: FieldName) => readonly Source[], scope?: Scope): Found {
  const texts = {} as Record<FieldName, string[]>;
  const origins: Origins = {};
  for (const field of FIELDS) {
    texts[field] = [];
    for (const source of sourcesOf(field)) {
      texts[field] = valuesOf(page, source, scope);
      if (texts[field].length === 0) continue;
      origins[field] = source;
      break;
    }
  }
  const [price = ''] = texts.price;
  const name = (texts.name[0] ?? '').slice(0, 1000);
  const last = texts.category.at(-1);
  const product: ShopProduct = {
    id: texts.id[0]?.slice(0, 200) ?? null,
    name,
    description: texts.description.join('\n').slice(0, 100_000),
    images: [...new Set(texts.images.flatMap((link) => page.target(link)?.href ?? []))],
    price: parsePrice(price) ?? null,
    currency: currencyIn(texts.currency[0] ?? '') ?? currencyIn(price) ?? null,
    url: page.resolve(texts.url[0] ?? '') ?? page.url,
    // Breadcrumbs may end with the product itself.
    category: (last === name ? texts.category.slice(0, -1) : texts.category).slice(0, 8),
    brand: texts.brand[0]?.slice(0, 200) ?? null,
    colour: texts.colour[0]?.slice(0, 100) ?? null,
    availability: availabilityIn(texts.availability),
  };
  return { product, origins };
}

function valuesAt(json: unknown, path: string): unknown[] {
  return atPath(json, path).flatMap((one) => (Array.isArray(one) ? one : [one]));
}
