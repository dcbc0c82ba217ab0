import { and, count, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { Queries } from '../platform/database/database.js';
import type { listProducts } from './api.js';
import { withDescendants } from './categories.js';
import { type Product, productColumns, productOf } from './products.js';
import { prefixQuery, trigramsOf } from './search-text.js';
import { categories, products } from './tables.js';

type Query = z.infer<typeof listProducts.query>;
interface Page {
  items: Product[];
  total: number;
  page: number;
  limit: number;
}
/** One way of finding: which rows, and how well each fits. */
interface Match {
  where: SQL;
  rank: SQL;
}

/** Share of the query's letter triples a title must hold to be found despite typing errors. */
const TRIGRAM_SHARE = 0.5;

/** Browses, filters and searches: whole words and beginnings first; when nothing has them, what is spelt alike. */
export async function searchProducts(db: Queries, query: Query): Promise<Page> {
  const filter = await categoryFilter(db, query.category);
  const text = query.q?.trim();
  if (!text) return page(db, query, filter);
  const words = prefixQuery(text);
  if (!words) return { items: [], total: 0, page: query.page, limit: query.limit };
  const found = await page(db, query, filter, fullText(words));
  return found.total ? found : page(db, query, filter, spelling(text));
}

async function categoryFilter(db: Queries, category: string | undefined): Promise<SQL | undefined> {
  if (category === undefined) return undefined;
  if (category === 'none') return isNull(products.category);
  const codes = await withDescendants(db, category);
  return codes.length ? inArray(products.category, codes) : sql`false`;
}

function fullText(words: string): Match {
  const query = sql`to_tsquery('simple', ${words})`;
  return { where: sql`${products.search} @@ ${query}`, rank: sql`ts_rank(${products.search}, ${query})` };
}

function spelling(text: string): Match {
  const triples = trigramsOf(text).slice(0, 200);
  const list = sql`ARRAY[${sql.join(
    triples.map((triple) => sql`${triple}`),
    sql`, `,
  )}]::text[]`;
  const share = sql`(SELECT count(*) FROM unnest(${products.trigrams}) triple WHERE triple = ANY(${list}))::float8 / ${triples.length}::float8`;
  return { where: sql`${products.trigrams} && ${list} AND ${share} >= ${TRIGRAM_SHARE}::float8`, rank: share };
}

function order(query: Query, match: Match | undefined): SQL[] {
  const newest = sql`${products.createdAt} DESC`;
  const orders: Record<NonNullable<Query['sort']>, SQL> = {
    newest,
    oldest: sql`${products.createdAt}`,
    title: sql`lower(${products.title})`,
    price: sql`${products.price} NULLS LAST`,
    '-price': sql`${products.price} DESC NULLS LAST`,
    relevance: match ? sql`${match.rank} DESC` : newest,
  };
  return [orders[query.sort ?? 'relevance'], newest, sql`${products.id}`];
}

async function page(db: Queries, query: Query, filter: SQL | undefined, match?: Match): Promise<Page> {
  const where = and(isNull(products.deletedAt), filter, match?.where);
  const [counted] = await db.select({ total: count() }).from(products).where(where);
  const rows = await db
    .select(productColumns)
    .from(products)
    .leftJoin(categories, eq(categories.code, products.category))
    .where(where)
    .orderBy(...order(query, match))
    .limit(query.limit)
    .offset((query.page - 1) * query.limit);
  return { items: rows.map(productOf), total: counted?.total ?? 0, page: query.page, limit: query.limit };
}
