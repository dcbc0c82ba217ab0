import { createHash } from 'node:crypto';
import { VitrineError } from '@vitrine/models';
import type { ShopProduct } from '../extract/product.js';
import type { PageContents } from '../extract/read-page.js';
import type { FetchedPage } from '../fetching/fetcher.js';
import type { PageRow } from '../tables.js';
import type { Found, Photo } from './photos.js';

/** A product as found on a page, with its photos stored. */
export interface Sighting {
  key: string;
  /** Hash of what the page says of it, and of the photos that were had. */
  content: string;
  /** Whether its own page was read, or a listing. */
  paged: boolean;
  product: ShopProduct;
  photos: Photo[];
  /** How many more photos it has that could not be had for now. */
  owed: number;
}

const UNKNOWN = { etag: null, lastModified: null };
type Answered = Extract<FetchedPage, { kind: 'page' }>;

/** What came of visiting a page. */
export interface Visit {
  page: PageRow;
  /** The page's other address, by its canonical link. */
  alias: string | undefined;
  /** Products read anew. */
  sightings: Sighting[];
}

/**
 * What one answer means for its page. Unchanged, or not to be had for now: what was read there last time holds on.
 * Gone, or never read: it holds nothing. A start page that led to products holds what it held when it tells of none,
 * unless `acceptGone`: whole shops don’t vanish as often as they ask whether one is human.
 */
export async function visit(
  page: PageRow,
  answer: FetchedPage,
  read: (answer: Answered) => Promise<PageContents>,
  photosOf: (product: ShopProduct) => Promise<Found>,
  acceptGone = false,
): Promise<Visit> {
  if (answer.kind === 'unchanged') return { page: { ...page, state: 'done' }, alias: undefined, sightings: [] };
  if (answer.kind === 'failed') return failed(page, answer.problem);
  const mayEmpty = acceptGone || !ledOn(page);
  if (answer.kind === 'gone') {
    if (!mayEmpty) return emptied(page, answer.problem);
    const empty = { ...UNKNOWN, links: [], products: [] };
    return { page: { ...page, ...empty, state: 'failed', problem: answer.problem }, alias: undefined, sightings: [] };
  }
  const contents = await read(answer).catch((error: unknown) => {
    if (error instanceof VitrineError) return error;
    throw error;
  });
  if (contents instanceof VitrineError) return failed(page, contents.message);
  const { products, links, isProductPage: paged } = contents;
  if (products.length === 0 && links.length === 0 && !mayEmpty)
    return emptied(page, 'It tells of no products any more, and leads to none.');
  const sightings = await Promise.all(
    products.map(async ({ product }) => {
      const whole = { ...product, category: product.category.length ? product.category : page.category };
      const key = (product.id ?? product.url).slice(0, 500);
      const { photos, owed } = await photosOf(product);
      const told = JSON.stringify([whole, photos.map(({ hash }) => hash)]);
      const content = createHash('sha256').update(told).digest('hex');
      return { key, content, paged, product: whole, photos, owed };
    }),
  );
  // A page that is unchanged would not be read, nor its photos be asked for again.
  const isOwed = sightings.some(({ owed }) => owed > 0);
  const validators = isOwed ? UNKNOWN : { etag: answer.etag, lastModified: answer.lastModified };
  const canonical = paged ? products[0]?.product.url : undefined;
  return {
    page: {
      ...page,
      ...{ state: 'done', problem: null, ...validators, links },
      products: sightings.map(({ key }) => key),
    },
    alias: canonical === page.url ? undefined : canonical,
    sightings,
  };
}

/** Whether it is a start page that led to products. */
function ledOn({ depth, links, products }: PageRow): boolean {
  return depth === 0 && (links.length > 0 || products.length > 1);
}

function emptied(page: PageRow, problem: string): Visit {
  return failed({ ...page, emptied: true }, problem);
}

function failed(page: PageRow, problem: string): Visit {
  return { page: { ...page, state: 'failed', problem }, alias: undefined, sightings: [] };
}
