import { hostsOf, type Site } from '../config.js';
import type { Page } from './page.js';
import { type Found, listedProducts, productOf } from './product.js';
import { valuesOf } from './values.js';

/** What a config reads from one page. */
export interface PageContents {
  products: Found[];
  /** Pages to go on with, on the site's hosts; none twice. */
  links: string[];
}

/** Reads a page: its products, and where the crawl goes on. */
export function readPage(page: Page, site: Site): PageContents {
  const own = page.json === undefined ? productOf(page, site) : undefined;
  const listed = own ? [] : listedProducts(page, site);
  const products = own ? [own] : listed;
  const { links, next, follow } = site.listing;
  const hosts = hostsOf(site);
  const targets = [links, follow, next].flatMap((sources) => firstLinks(page, sources));
  // A page past the last one brings nothing, which ends the paging.
  if (targets.length > 0 || listed.length > 0) targets.push(...nextByNumber(page, site));
  const onSite = targets.filter((url) => hosts.has(new URL(url).host) && url !== page.url);
  return { products, links: [...new Set(onSite)] };
}

function firstLinks(page: Page, sources: Site['listing']['links']): string[] {
  for (const source of sources) {
    const withLink = source.css !== undefined && !source.attr ? { ...source, attr: 'href' } : source;
    const found = valuesOf(page, withLink).flatMap((link) => page.resolve(link) ?? []);
    if (found.length > 0) return found;
  }
  return [];
}

function nextByNumber(page: Page, { listing: { paging, items, links } }: Site): string[] {
  if (!paging || (items === undefined && links.length === 0)) return [];
  const url = new URL(page.url);
  const now = Number(url.searchParams.get(paging.parameter) ?? paging.first);
  if (!Number.isInteger(now)) return [];
  url.searchParams.set(paging.parameter, String(now + paging.step));
  return [page.resolve(url.href) ?? []].flat();
}
