import { hostsOf, type Site } from '../config.js';
import type { Page } from './page.js';
import { type Found, listedProducts, productOf } from './product.js';
import { valuesOf } from './values.js';

/** What a config reads from one page. */
export interface PageContents {
  products: Found[];
  /** Pages to go on with, on the site's hosts; none twice. */
  links: string[];
  /** Whether it is the page of the one product that it tells. */
  isProductPage: boolean;
}

/** Reads a page: its products, and where the crawl goes on. The page of one product leads nowhere. */
export function readPage(page: Page, site: Site): PageContents {
  const own = page.json === undefined && !isListing(page, site) ? productOf(page, site) : undefined;
  if (own) return { products: [own], links: [], isProductPage: isPageOf(page, [own]) };
  const products = listedProducts(page, site);
  const { links, next, follow } = site.listing;
  const hosts = hostsOf(site);
  const targets = [links, follow, next].flatMap((sources) => firstLinks(page, sources));
  // A page past the last one brings nothing, which ends the paging.
  if (targets.length > 0 || products.length > 0) targets.push(...nextByNumber(page, site, products.length));
  const onSite = targets.filter((url) => hosts.has(new URL(url).host) && url !== page.url);
  return { products, links: [...new Set(onSite)], isProductPage: isPageOf(page, products) };
}

function isPageOf(page: Page, [found, ...others]: readonly Found[]): boolean {
  if (page.json !== undefined || found === undefined || others.length > 0) return false;
  return found.product.url === (page.canonical ?? page.url);
}

/** A page that tells several products and links to several; one with other products beside its own needs `product.url`. */
function isListing(page: Page, { product, listing }: Site): boolean {
  if (product.url !== undefined) return !new RegExp(product.url, 'u').test(page.url);
  const told = Math.max(page.linked('Product').length, page.items('Product').length);
  return told > 1 && firstLinks(page, listing.links).length > 1;
}

function firstLinks(page: Page, sources: Site['listing']['links']): string[] {
  for (const source of sources) {
    const withLink = source.css !== undefined && !source.attr ? { ...source, attr: 'href' } : source;
    const found = valuesOf(page, withLink).flatMap((link) => page.resolve(link) ?? []);
    if (found.length > 0) return found;
  }
  return [];
}

function nextByNumber(page: Page, { listing: { paging, items, links } }: Site, told: number): string[] {
  if (!paging || (items === undefined && links.length === 0)) return [];
  const url = new URL(page.url);
  const now = Number(url.searchParams.get(paging.parameter) ?? paging.first);
  const next = now + (paging.step === 'items' ? told : paging.step);
  const [end] = paging.end.flatMap((source) => valuesOf(page, source)).map(wholeNumberOf);
  const isLast = end !== undefined && next >= paging.first + end;
  if (!Number.isInteger(now) || next === now || isLast) return [];
  url.searchParams.set(paging.parameter, String(next));
  return [page.resolve(url.href) ?? []].flat();
}

/** However a shop writes thousands, and whatever stands beside: `1.234 items`. Not a number where there is no digit. */
function wholeNumberOf(text: string): number {
  const digits = text.replace(/\D/g, '');
  return digits ? Number(digits) : Number.NaN;
}
