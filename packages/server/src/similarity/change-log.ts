import { sql } from 'drizzle-orm';
import type { Queries } from '../platform/database/database.js';

/** Lines of the log are kept for so long. */
const KEPT_HOURS = 24;
/** What a line says instead of a product: the tree of categories changed. */
const CATEGORIES = '';

/** Up to where the log was read: every transaction below is seen. */
export interface Cursor {
  xmin: string;
  /** Milliseconds since the epoch. */
  at: number;
}

export interface Changes {
  products: string[];
  categories: boolean;
}

/**
 * Reads which products changed, none left out: lines of transactions that were open at the last look are looked for again
 * until they are committed or given up.
 */
export class ChangeLog {
  #seen = new Set<string>();

  constructor(
    private readonly db: Queries,
    private now: Cursor,
  ) {}

  /** From this moment on. */
  static async fromNow(db: Queries): Promise<ChangeLog> {
    return new ChangeLog(db, await cursorNow(db));
  }

  /** From a moment in the past; undefined when its lines may be gone, or it is not of this database. */
  static async since(db: Queries, cursor: Cursor): Promise<ChangeLog | undefined> {
    const now = await cursorNow(db);
    const isKept = now.at - cursor.at < (KEPT_HOURS / 2) * 3_600_000;
    return isKept && BigInt(cursor.xmin) <= BigInt(now.xmin) ? new ChangeLog(db, cursor) : undefined;
  }

  get cursor(): Cursor {
    return this.now;
  }

  /** What changed since the last look. */
  async read(): Promise<Changes> {
    const { rows } = await this.db.execute<{ xmin: string; id: string | null; product: string | null }>(sql`
      SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS xmin, line.id::text, line.product_id AS product
      FROM (SELECT 1) AS one LEFT JOIN product_changes line ON line.changed >= ${this.now.xmin}::xid8`);
    const fresh = rows.filter(({ id }) => id !== null && !this.#seen.has(id));
    this.#seen = new Set(rows.flatMap(({ id }) => (id === null ? [] : [id])));
    this.now = { xmin: rows[0]?.xmin ?? this.now.xmin, at: Date.now() };
    const changed = new Set(fresh.map(({ product }) => product ?? CATEGORIES));
    const categories = changed.delete(CATEGORIES);
    return { products: [...changed], categories };
  }
}

async function cursorNow(db: Queries): Promise<Cursor> {
  const { rows } = await db.execute<{ xmin: string }>(
    sql`SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS xmin`,
  );
  return { xmin: rows[0]?.xmin ?? '0', at: Date.now() };
}

/** Removes lines that every server has seen long ago. */
export async function pruneChanges(db: Queries): Promise<void> {
  await db.execute(sql`DELETE FROM product_changes WHERE at < now() - make_interval(hours => ${KEPT_HOURS})`);
}
