import { type CheerioAPI, load } from 'cheerio/slim';
import { atPath, jsonAt, parsedJson } from './json-path.js';
import { type MicrodataItem, microdata } from './microdata.js';

/** An element, as selections hold it. */
export type PageElement = Parameters<CheerioAPI['contains']>[0];

/** One answer of a shop: HTML, or JSON of a listing endpoint. What it holds is parsed when first asked for. */
export class Page {
  #html: CheerioAPI | undefined;
  #baseUrl: string | undefined;
  #linked: Record<string, unknown>[] | undefined;
  #items: MicrodataItem[] | undefined;
  readonly #embedded = new Map<string, unknown>();
  /** The body where it is JSON. */
  readonly json: unknown;

  constructor(
    /** After redirects. */
    readonly url: string,
    readonly body: string,
    contentType = '',
  ) {
    const isJson = /[/+]json\b/i.test(contentType) || /^\s*[[{]/.test(body);
    this.json = isJson ? parsedJson(body) : undefined;
  }

  get html(): CheerioAPI {
    // One element around all: a query from the root compares the elements at the root, each with each.
    this.#html ??= load(this.json === undefined ? `<vitrine-page>${this.body}</vitrine-page>` : '');
    return this.#html;
  }

  /** What its links are relative to. */
  get #base(): string {
    this.#baseUrl ??= urlOf(this.html('base[href]').attr('href') ?? '', this.url)?.href ?? this.url;
    return this.#baseUrl;
  }

  /** The canonical spelling of a link, or undefined where it is none over HTTP. */
  resolve(link: string): string | undefined {
    const target = this.target(link);
    return target && canonicalUrl(target);
  }

  /** Where a link leads, spelt as the page does; undefined where it is none over HTTP. */
  target(link: string): URL | undefined {
    const target = link.trim() ? urlOf(link.trim(), this.#base) : undefined;
    return target?.protocol === 'http:' || target?.protocol === 'https:' ? target : undefined;
  }

  get canonical(): string | undefined {
    const link = this.html('link[rel="canonical"]').attr('href');
    return link ? this.resolve(link) : undefined;
  }

  /** JSON-LD objects of a schema.org type, wherever they are nested. */
  linked(type: string): Record<string, unknown>[] {
    this.#linked ??= this.html('script[type="application/ld+json"]')
      .toArray()
      .flatMap((element) => objectsIn(parsedJson(this.html(element).text())));
    return this.#linked.filter((object) => [object['@type']].flat().some((name) => isType(name, type)));
  }

  /** Microdata items of a schema.org type. */
  items(type: string): MicrodataItem[] {
    this.#items ??= microdata(this.html);
    return this.#items.filter((item) => item.types.some((name) => isType(name, type)));
  }

  /** Embedded JSON: of the element `selector`, or what follows the text `after` in any script. */
  embedded(selector: string | undefined, after: string | undefined): unknown {
    const key = `${selector ?? ''}\n${after ?? ''}`;
    if (!this.#embedded.has(key)) this.#embedded.set(key, this.#embeddedAt(selector ?? 'script', after));
    return this.#embedded.get(key);
  }

  #embeddedAt(selector: string, after: string | undefined): unknown {
    for (const element of this.html(selector).toArray()) {
      const text = this.html(element).text();
      const at = after === undefined ? 0 : text.indexOf(after);
      if (at < 0) continue;
      const value = after === undefined ? (parsedJson(text) ?? jsonAt(text, 0)) : jsonAt(text, at + after.length);
      if (value !== undefined) return value;
    }
    return undefined;
  }
}

/** One spelling of an address: no fragment, no tracking parameters, the others in order. */
export function canonicalUrl(url: URL): string {
  const clean = new URL(url);
  clean.hash = '';
  for (const name of [...clean.searchParams.keys()])
    if (/^(utm_\w+|gclid|fbclid|msclkid)$/i.test(name)) clean.searchParams.delete(name);
  // Sorting spells the query anew, which servers may take amiss where there is nothing to sort.
  if (new Set(clean.searchParams.keys()).size > 1) clean.searchParams.sort();
  return clean.href;
}

function urlOf(link: string, base: string): URL | undefined {
  return URL.canParse(link, base) ? new URL(link, base) : undefined;
}

function isType(name: unknown, type: string): boolean {
  return typeof name === 'string' && name.replace(/^.*[/#:]/, '') === type;
}

function objectsIn(value: unknown, depth = 0): Record<string, unknown>[] {
  if (depth > 6 || typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((one) => objectsIn(one, depth + 1));
  const object = value as Record<string, unknown>;
  const nested = ['@graph', 'mainEntity', 'hasVariant'].flatMap((key) => atPath(object, key));
  return [object, ...nested.flatMap((one) => objectsIn(one, depth + 1))];
}
