import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { VitrineError } from '@vitrine/models';
import { drizzle, type NodePgQueryResultHKT } from 'drizzle-orm/node-postgres';
import type { PgDatabase } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { lockDirectory } from './directory-lock.js';
import { EngineConnection } from './embedded/connection.js';
import { Engine } from './embedded/engine.js';
import { Upkeep } from './embedded/upkeep.js';

/** Queries in Drizzle's language; a transaction is one too, so that services take either. */
export type Queries = PgDatabase<NodePgQueryResultHKT>;

export interface Database {
  kind: 'embedded' | 'postgresql';
  pool: pg.Pool;
  db: Queries;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** The embedded database lives in its `database` folder; unused with a `url`. */
  dataDir: string;
  /** `postgres://user:password@host/name`; without it, the embedded database. */
  url?: string | undefined;
}

/**
 * Opens PostgreSQL, or the embedded engine behind the same driver, so that everything above is written once.
 * Embedded, transactions run one after the other: inside one, query through it alone.
 * @throws VitrineError `database.locked` when another process has the data directory open, `database.unreachable`
 */
export async function openDatabase({ dataDir, url }: DatabaseOptions): Promise<Database> {
  return url ? openPostgres(url) : openEmbedded(join(dataDir, 'database'));
}

async function openPostgres(connectionString: string): Promise<Database> {
  const pool = poolOf({ connectionString, max: 20, connectionTimeoutMillis: 10_000 });
  try {
    await pool.query('SELECT 1');
  } catch (cause) {
    await pool.end();
    const { host, pathname } = URL.canParse(connectionString) ? new URL(connectionString) : { host: '', pathname: '' };
    throw new VitrineError(
      'database.unreachable',
      `PostgreSQL at ${host}${pathname} does not answer: ${(cause as Error).message}. Check DATABASE_URL and that it runs.`,
      503,
      undefined,
      { cause },
    );
  }
  return { kind: 'postgresql', pool, db: drizzle(pool), close: () => pool.end() };
}

async function openEmbedded(directory: string): Promise<Database> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const unlock = lockDirectory(directory);
  try {
    const engine = await Engine.open(join(directory, 'pgdata'));
    const pool = poolOf({ max: 8, idleTimeoutMillis: 0, stream: () => new EngineConnection(engine) as never });
    const upkeep = new Upkeep(pool).begin();
    const close = async () => {
      await upkeep.close();
      await pool.end();
      await engine.close();
      unlock();
    };
    return { kind: 'embedded', pool, db: drizzle(pool), close };
  } catch (error) {
    unlock();
    throw error;
  }
}

function poolOf(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({ user: 'postgres', ...config });
  // An idle connection that breaks leaves the pool by itself; the next query opens another.
  pool.on('error', () => undefined);
  const lent = new Set<pg.PoolClient>();
  pool.on('acquire', (client) => lent.add(client));
  pool.on('release', (_, client) => lent.delete(client));
  pool.on('connect', (client) => {
    // One that breaks between two queries of a transaction tells the next query; unheard, it would end the process.
    client.on('error', () => undefined);
    // One that breaks before its transaction began is never given back by Drizzle: a few such, and the pool is empty.
    client.once('end', () => {
      if (!lent.has(client)) return;
      client.release(true);
      client.release = () => undefined;
    });
  });
  return pool;
}
