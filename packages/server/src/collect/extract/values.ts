import { storable } from '../../platform/database/storable.js';
import type { Source } from '../config.js';
import { atPath, textsOf } from './json-path.js';
import { microdataTexts } from './microdata.js';
import type { Page, PageElement } from './page.js';

/** What an item of a listing is read from: an element of the page, or a value of its JSON. */
export type Scope = { element: PageElement } | { value: unknown } | undefined;

/** The texts that one source finds, as the database takes them, in the page's order; none twice. */
export function valuesOf(page: Page, source: Source, scope?: Scope): string[] {
  const { match, map, template, skip = 0 } = source;
  let texts = rawValues(page, source, scope).map((text) => storable(text).replace(/\s+/g, ' ').trim());
  if (match) {
    const pattern = new RegExp(match, 'u');
    texts = texts.map((text) => firstGroup(pattern.exec(text)));
  }
  if (map) texts = texts.map((text) => (Object.hasOwn(map, text) ? (map[text] ?? '') : ''));
  texts = [...new Set(texts.filter(Boolean))];
  texts = skip < 0 ? texts.slice(0, skip) : texts.slice(skip);
  return template ? texts.map((text) => template.replaceAll('{}', text)) : texts;
}

function rawValues(page: Page, source: Source, scope: Scope): string[] {
  const { jsonld, microdata, meta, css, json, url, value, type, attr } = source;
  if (value !== undefined) return [value];
  if (url !== undefined) return [firstGroup(new RegExp(url, 'u').exec(page.url))];
  if (json !== undefined) {
    if (scope && 'value' in scope) return atPath(scope.value, json).flatMap(textsOf);
    const isEmbedded = source.in !== undefined || source.after !== undefined;
    return atPath(isEmbedded ? page.embedded(source.in, source.after) : page.json, json).flatMap(textsOf);
  }
  if (css !== undefined) return elementTexts(page, css, attr, scope);
  // Of several products on a page, the first is the page's own.
  if (jsonld !== undefined) return atPath(page.linked(type ?? 'Product')[0], jsonld).flatMap(textsOf);
  if (microdata !== undefined) {
    const [item] = page.items(type ?? 'Product');
    return item ? microdataTexts(item, microdata) : [];
  }
  const name = JSON.stringify(meta);
  return elementTexts(page, `meta[property=${name}], meta[name=${name}], meta[itemprop=${name}]`, 'content', undefined);
}

function elementTexts(page: Page, selector: string, attr: string | undefined, scope: Scope): string[] {
  const $ = page.html;
  const element = scope && 'element' in scope ? $(scope.element) : undefined;
  const found = selector === ':scope' && element ? element : (element?.find(selector) ?? $(selector));
  return found.toArray().map((element) => (attr ? $(element).attr(attr) : $(element).text()) ?? '');
}

function firstGroup(match: RegExpExecArray | null): string {
  return match ? (match[1] ?? match[0]) : '';
}
