import { VitrineError } from '@vitrine/models/errors';
import { load } from 'cheerio/slim';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { storableJson } from '../platform/database/storable.js';

const pattern = z.string().max(500).refine(isPattern, 'This is no regular expression.');

function isPattern(text: string): boolean {
  try {
    return Boolean(new RegExp(text, 'u'));
  } catch {
    return false;
  }
}

/** What nothing is found in: a selector is tried on it. */
const nothing = load('').root();
const selector = z.string().superRefine((text, context) => {
  try {
    nothing.find(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    context.addIssue({ code: 'custom', message: `“${text.slice(0, 100)}” is no CSS selector: ${why.slice(0, 200)}.` });
  }
});

/** Where a value stands on a page. Exactly one of the first seven says where; the rest says what is made of it. */
export const sourceSchema = z
  .strictObject({
    /** Path into the page's JSON-LD: into the object of `type` (Product unless said). */
    jsonld: z.string().optional(),
    /** Property path of a microdata item of `type`. */
    microdata: z.string().optional(),
    /** `<meta property|name|itemprop=…>`. */
    meta: z.string().optional(),
    /** CSS selector; the text, or the attribute `attr`. */
    css: selector.optional(),
    /** Path into JSON: the page itself, the element `in`, or what follows the text `after` in a script. */
    json: z.string().optional(),
    /** Regular expression on the page's address; its first group. */
    url: pattern.optional(),
    /** The same for every product. */
    value: z.string().optional(),
    type: z.string().optional(),
    attr: z.string().optional(),
    in: selector.optional(),
    after: z.string().optional(),
    /** Regular expression on what was found; its first group, or all of it. */
    match: pattern.optional(),
    /** What was found → what is meant; other values don't count. */
    map: z.record(z.string(), z.string()).optional(),
    /** The value goes where `{}` stands. */
    template: z.string().includes('{}').optional(),
    /** Leaves out so many values at the beginning (at the end, where negative). */
    skip: z.int().min(-9).max(9).optional(),
  })
  .refine(
    (source) => PLACES.filter((place) => source[place] !== undefined).length === 1,
    `Say with exactly one of these where the value stands: jsonld, microdata, meta, css, json, url, value.`,
  );
export type Source = z.infer<typeof sourceSchema>;

const PLACES = ['jsonld', 'microdata', 'meta', 'css', 'json', 'url', 'value'] as const;

/** One place, or several: the first that holds anything counts. A bare text is a CSS selector. */
const sources = z
  .union([selector, sourceSchema, z.array(z.union([selector, sourceSchema])).max(12)])
  .transform((given): Source[] =>
    (Array.isArray(given) ? given : [given]).map((one) => (typeof one === 'string' ? { css: one } : one)),
  );

export const FIELDS = [
  'id',
  'name',
  'description',
  'images',
  'price',
  'currency',
  'url',
  'category',
  'brand',
  'colour',
  'availability',
] as const;
export type FieldName = (typeof FIELDS)[number];
const fields = z.partialRecord(z.enum(FIELDS), sources).default({});

const httpUrl = z.url({ protocol: /^https?$/, error: 'Give a whole address, as in https://shop.example/dresses.' });
const path = z.array(z.string().trim().min(1).max(100)).max(8);
const start = z
  .union([httpUrl, z.strictObject({ url: httpUrl, category: path.default([]) })])
  .transform((given) => (typeof given === 'string' ? { url: given, category: [] } : given));

export const siteSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'Name the site with a-z, 0-9 and dashes, at most 40.'),
  /** Where the crawl begins: listings or products. */
  start: z.array(start).min(1).max(1000),
  /** Hosts whose pages are followed; those of `start` unless said. */
  hosts: z.array(z.string().min(1).max(253)).optional(),
  userAgent: z.string().min(1).max(300).default('Vitrine (product collector)'),
  listing: z
    .strictObject({
      /** Links to product pages. */
      links: sources.default([]),
      /** The link to the next page. */
      next: sources.default([]),
      /** Links to further listings. */
      follow: sources.default([]),
      /** A number in the address that counts up: `{ parameter: page, step: 1 }`, while a page brings links or items. */
      paging: z
        .strictObject({
          parameter: z.string().min(1),
          /** `items`: by as many as the page told, as an offset does. */
          step: z.union([z.int().min(1), z.literal('items')]).default(1),
          first: z.int().min(0).default(0),
          /** Where a page tells the number at which it ends: for an offset, how many products there are. */
          end: sources.default([]),
        })
        .optional(),
      /** Products that a listing itself holds: where each begins (CSS, or a path into JSON) and its fields, from there. */
      items: z
        .strictObject({ css: selector.optional(), json: z.string().optional(), fields })
        .refine(({ css, json }) => (css === undefined) !== (json === undefined), 'Say css or json, one of the two.')
        .optional(),
    })
    .prefault({}),
  product: z
    .strictObject({
      /** Addresses of product pages; unless said, a page that has a product's name and id, price or photo is one. */
      url: pattern.optional(),
      fields,
    })
    .prefault({}),
  images: z.strictObject({ max: z.int().min(0).max(12).default(6) }).prefault({}),
  /** A product that is gone from the shop: leave it listed, or take it out of the catalogue (for 30 days restorable). */
  gone: z.enum(['keep', 'remove']).default('keep'),
  limits: z
    .strictObject({
      /** Requests a second to a host; 0: as fast as it answers (robots.txt may still ask for a delay). */
      perSecond: z.number().min(0).max(1000).default(1),
      /** Requests under way at a time. */
      concurrency: z.int().min(1).max(32).default(4),
      pages: z.int().min(1).max(1_000_000).default(20_000),
      /** Steps from a start page. */
      depth: z.int().min(0).max(100_000).default(2000),
      /** Tries after a failed one, each after twice the wait. */
      retries: z.int().min(0).max(8).default(4),
      retrySeconds: z.number().min(0).max(60).default(1),
      timeoutSeconds: z.number().min(1).max(120).default(30),
      /** For reading one page, once it is fetched. */
      readSeconds: z.number().min(0.1).max(60).default(10),
    })
    .prefault({}),
});
export type Site = z.infer<typeof siteSchema>;

/**
 * Reads a site's config, in YAML (or JSON).
 * @throws VitrineError `collect.config` (422) with every problem in a sentence
 */
export function parseSite(text: string): Site {
  let value: unknown;
  try {
    value = storableJson(parse(text, { maxAliasCount: 20 }));
  } catch (cause) {
    const why = cause instanceof YAMLParseError ? cause.message : String(cause);
    throw new VitrineError('collect.config', `The config is no valid YAML: ${why}`, 422);
  }
  const parsed = siteSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'config'}: ${message}`);
  throw new VitrineError('collect.config', `The config can’t be used. ${problems.slice(0, 8).join(' ')}`, 422, {
    problems,
  });
}

/** The hosts a crawl stays on. */
export function hostsOf(site: Site): Set<string> {
  return new Set(site.hosts ?? site.start.map(({ url }) => new URL(url).host));
}
