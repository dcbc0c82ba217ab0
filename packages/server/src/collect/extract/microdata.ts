import type { CheerioAPI } from 'cheerio/slim';
import type { PageElement } from './page.js';

/** An element with `itemscope`: its types and properties, nested items among them. */
export interface MicrodataItem {
  types: string[];
  properties: Record<string, (string | MicrodataItem)[]>;
}

/** Every item of a page, outer ones first (https://html.spec.whatwg.org/multipage/microdata.html, without itemref). */
export function microdata($: CheerioAPI): MicrodataItem[] {
  const items = new Map<object, MicrodataItem>();
  for (const element of $('[itemscope]').toArray())
    items.set(element, { types: ($(element).attr('itemtype') ?? '').split(/\s+/), properties: {} });
  for (const element of $('[itemprop]').toArray()) {
    const scope = $(element).parents('[itemscope]').get(0);
    const owner = scope && items.get(scope);
    if (!owner) continue;
    const value = items.get(element) ?? propertyText($, element);
    for (const name of ($(element).attr('itemprop') ?? '').split(/\s+/)) {
      owner.properties[name] ??= [];
      owner.properties[name].push(value);
    }
  }
  return [...items.values()];
}

function propertyText($: CheerioAPI, element: PageElement): string {
  const node = $(element);
  for (const name of ['content', 'src', 'href', 'datetime', 'value'])
    if (node.attr(name) !== undefined) return node.attr(name) ?? '';
  return node.text().replace(/\s+/g, ' ').trim();
}

/** Texts at a property path of an item: `offers.price`; a nested item stands for its name. */
export function microdataTexts(item: MicrodataItem, path: string): string[] {
  let found: (string | MicrodataItem)[] = [item];
  for (const key of path.split('.'))
    found = found.flatMap((one) => (typeof one === 'string' ? [] : (one.properties[key] ?? [])));
  return found.flatMap((one) => (typeof one === 'string' ? [one] : microdataTexts(one, 'name')));
}
