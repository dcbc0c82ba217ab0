import {
  byScoreThenId,
  checkLimit,
  checkVector,
  type VectorEntry,
  type VectorFilter,
  type VectorFilterValues,
  type VectorHit,
  type VectorIndex,
  type VectorSearch,
} from '../vector-index.js';
import { inTransaction, type Sql, type SqlPool } from './sql.js';

/** Rows written by one statement. */
const BATCH = 500;
/** What pgvector allows. */
const MOST_CANDIDATES = 1000;
const CANDIDATES = 100;
/** So few are compared one by one, which takes no longer and leaves none out. */
const EXACT_BELOW = 1000;

export interface PgvectorParts {
  pool: SqlPool;
  /** Its table, and its row in `vector_indexes`. */
  name: string;
  table: string;
  dimension: number;
  stamp: string | undefined;
  size: number;
  bytes: number;
  /** Whether a search goes on until enough rows pass the filter (pgvector 0.8 and later). */
  iterates: boolean;
}

/** An index in a table of PostgreSQL with a graph of neighbours (HNSW), which all servers share. */
export class PgvectorIndex implements VectorIndex {
  readonly backend = 'pgvector';

  constructor(private readonly parts: PgvectorParts) {}

  get dimension(): number {
    return this.parts.dimension;
  }
  get stamp(): string | undefined {
    return this.parts.stamp;
  }
  /** As this server knows it: others may be writing too. */
  get size(): number {
    return this.parts.size;
  }
  get bytes(): number {
    return this.parts.bytes;
  }

  async upsert(entries: readonly VectorEntry[]): Promise<void> {
    for (const { vector } of entries) checkVector(vector, this.dimension);
    const last = [...new Map(entries.map((entry) => [entry.id, entry])).values()];
    // In one order everywhere, so that two servers never wait for each other's rows.
    last.sort((one, other) => (one.id < other.id ? -1 : 1));
    const { pool, table } = this.parts;
    await inTransaction(pool, async (sql) => {
      for (let start = 0; start < last.length; start += BATCH) {
        const rows = last.slice(start, start + BATCH).map(({ id, vector, filter = {} }) => ({
          ...{ id, vector: literal(vector), ...columns(filter) },
        }));
        const { rows: written } = await sql.query<{ inserted: boolean }>(
          `INSERT INTO ${table} (id, vector, categories, price, in_stock)
           SELECT id, vector::vector, categories, price, in_stock FROM ${recordset('vector text,')}
           ON CONFLICT (id) DO UPDATE SET vector = excluded.vector, categories = excluded.categories,
             price = excluded.price, in_stock = excluded.in_stock
           RETURNING xmax = 0 AS inserted`,
          [JSON.stringify(rows)],
        );
        this.parts.size += written.filter(({ inserted }) => inserted).length;
      }
    });
  }

  async refilter(changes: readonly { id: string; filter: VectorFilterValues }[]): Promise<void> {
    const { pool, table } = this.parts;
    await pool.query(
      `UPDATE ${table} t SET categories = new.categories, price = new.price, in_stock = new.in_stock
       FROM ${recordset('')} WHERE t.id = new.id`,
      [JSON.stringify(changes.map(({ id, filter }) => ({ id, ...columns(filter) })))],
    );
  }

  async remove(ids: readonly string[]): Promise<void> {
    const { pool, table } = this.parts;
    const { rows } = await pool.query(`DELETE FROM ${table} WHERE id = ANY($1) RETURNING id`, [ids]);
    this.parts.size -= rows.length;
  }

  async has(id: string): Promise<boolean> {
    const { pool, table } = this.parts;
    return (await pool.query(`SELECT 1 FROM ${table} WHERE id = $1`, [id])).rows.length > 0;
  }

  async ids(): Promise<string[]> {
    const { pool, table } = this.parts;
    return (await pool.query<{ id: string }>(`SELECT id FROM ${table}`)).rows.map(({ id }) => id);
  }

  async search(vector: Float32Array, { limit, where, expansion }: VectorSearch): Promise<VectorHit[]> {
    checkVector(vector, this.dimension);
    checkLimit(limit);
    // More than wanted, so that what has the same score as the last is ordered too.
    const fetched = 2 * limit + 16;
    const candidates = Math.min(MOST_CANDIDATES, Math.max(expansion ?? CANDIDATES, fetched));
    const hits = await inTransaction(this.parts.pool, async (sql) => {
      if (this.size < EXACT_BELOW) return this.#compareAll(sql, vector, where, fetched);
      await sql.query(`SET LOCAL hnsw.ef_search = ${candidates}`);
      if (where && this.parts.iterates) await sql.query(`SET LOCAL hnsw.iterative_scan = 'relaxed_order'`);
      const found = await this.#nearest(sql, vector, where, fetched);
      if (found.length >= Math.min(limit, this.size)) return found;
      // The graph gave up before enough passed: compare all that do.
      return this.#compareAll(sql, vector, where, fetched);
    });
    return hits.sort(byScoreThenId).slice(0, limit);
  }

  async save(stamp: string): Promise<void> {
    const { pool, name, table } = this.parts;
    await pool.query('UPDATE vector_indexes SET stamp = $2 WHERE name = $1', [name, stamp]);
    this.parts.stamp = stamp;
    const { rows } = await pool.query<{ bytes: string }>('SELECT pg_total_relation_size($1::regclass) AS bytes', [
      table,
    ]);
    this.parts.bytes = Number(rows[0]?.bytes);
  }

  async close(): Promise<void> {}

  /** Without the graph, which may leave out some of those with equal scores. */
  async #compareAll(
    sql: Sql,
    vector: Float32Array,
    where: VectorFilter | undefined,
    limit: number,
  ): Promise<VectorHit[]> {
    await sql.query('SET LOCAL enable_indexscan = off');
    return this.#nearest(sql, vector, where, limit, ', id COLLATE "C"');
  }

  async #nearest(
    sql: Sql,
    vector: Float32Array,
    where: VectorFilter | undefined,
    limit: number,
    then = '',
  ): Promise<VectorHit[]> {
    const conditions = conditionsOf(where ?? {});
    const { rows } = await sql.query<VectorHit>(
      `SELECT id, least(1, greatest(-1, -(vector <#> $1))) AS score FROM ${this.parts.table}
       ${conditions.length ? `WHERE ${conditions.map(([text], place) => text.replace('?', `$${place + 2}`)).join(' AND ')}` : ''}
       ORDER BY vector <#> $1${then} LIMIT ${limit}`,
      [literal(vector), ...conditions.map(([, value]) => value)],
    );
    return rows;
  }
}

function conditionsOf({ category, minPrice, maxPrice, inStock }: VectorFilter): [text: string, value: unknown][] {
  const conditions: [string, unknown][] = [];
  if (category !== undefined) conditions.push(['? = ANY(categories)', category]);
  if (minPrice !== undefined) conditions.push(['price >= ?', minPrice]);
  if (maxPrice !== undefined) conditions.push(['price <= ?', maxPrice]);
  if (inStock !== undefined) conditions.push(['in_stock = ?', inStock]);
  return conditions;
}

function columns({ categories = [], price = null, inStock = false }: VectorFilterValues) {
  return { categories, price, in_stock: inStock };
}

function recordset(further: string): string {
  return `jsonb_to_recordset($1::jsonb) AS new(id text, ${further} categories text[], price float8, in_stock boolean)`;
}

function literal(vector: Float32Array): string {
  return `[${vector.join(',')}]`;
}
