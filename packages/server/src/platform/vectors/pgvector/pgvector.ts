import { createHash } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import type { Vectors } from '../vectors.js';
import { PgvectorIndex } from './pgvector-index.js';
import { inTransaction, type SqlPool } from './sql.js';

/** Dimensions for which pgvector has graphs; above it compares all. */
const MOST_DIMENSIONS = 2000;

type Log = Pick<FastifyBaseLogger, 'warn'>;

/** Indexes in PostgreSQL, each a table of its own. */
export class Pgvector implements Vectors {
  private constructor(
    private readonly pool: SqlPool,
    private readonly iterates: boolean,
  ) {}

  /** @returns undefined where PostgreSQL has no pgvector, or not for us; the log says so */
  static async open(pool: SqlPool, log: Log): Promise<Pgvector | undefined> {
    try {
      await pool.query('CREATE EXTENSION IF NOT EXISTS vector');
      await pool.query(
        'CREATE TABLE IF NOT EXISTS vector_indexes (name text PRIMARY KEY, dimension int NOT NULL, stamp text)',
      );
    } catch (error) {
      log.warn(
        { reason: (error as Error).message },
        'PostgreSQL has no pgvector: each server searches vectors in its memory',
      );
      return undefined;
    }
    const { rows } = await pool.query<{ major: number; minor: number }>(
      `SELECT split_part(extversion, '.', 1)::int AS major, split_part(extversion, '.', 2)::int AS minor
       FROM pg_extension WHERE extname = 'vector'`,
    );
    const { major = 0, minor = 0 } = rows[0] ?? {};
    return new Pgvector(pool, major > 0 || minor >= 8);
  }

  async open(name: string, dimension: number): Promise<PgvectorIndex> {
    const { pool, iterates } = this;
    const table = tableOf(name);
    const stamp = await inTransaction(pool, async (sql) => {
      // Servers that start together make it once.
      await sql.query(`SELECT pg_advisory_xact_lock(hashtext($1))`, [table]);
      const { rows } = await sql.query<{ dimension: number; stamp: string | null }>(
        'SELECT dimension, stamp FROM vector_indexes WHERE name = $1',
        [name],
      );
      if (rows[0]?.dimension === dimension) return rows[0].stamp ?? undefined;
      await sql.query(`DROP TABLE IF EXISTS ${table}`);
      await sql.query(
        `CREATE TABLE ${table} (id text PRIMARY KEY, vector vector(${dimension}) NOT NULL, categories text[] NOT NULL,
           price float8, in_stock boolean NOT NULL)`,
      );
      if (dimension <= MOST_DIMENSIONS) await sql.query(`CREATE INDEX ON ${table} USING hnsw (vector vector_ip_ops)`);
      await sql.query(
        `INSERT INTO vector_indexes (name, dimension) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET dimension = excluded.dimension, stamp = NULL`,
        [name, dimension],
      );
      return undefined;
    });
    const { rows } = await pool.query<{ size: string; bytes: string }>(
      `SELECT count(*) AS size, pg_total_relation_size($1::regclass) AS bytes FROM ${table}`,
      [table],
    );
    const [size, bytes] = [Number(rows[0]?.size), Number(rows[0]?.bytes)];
    return new PgvectorIndex({ pool, name, table, dimension, stamp, size, bytes, iterates });
  }

  async drop(name: string): Promise<void> {
    await inTransaction(this.pool, async (sql) => {
      await sql.query(`DROP TABLE IF EXISTS ${tableOf(name)}`);
      await sql.query('DELETE FROM vector_indexes WHERE name = $1', [name]);
    });
  }
}

/** Names of tables are shorter than names of indexes may be. */
function tableOf(name: string): string {
  return `vectors_${createHash('sha256').update(name).digest('hex').slice(0, 24)}`;
}
