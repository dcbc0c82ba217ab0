import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { VitrineError } from '@vitrine/models';
import type pg from 'pg';

/** Numbered SQL files, run in the order of their names. */
export const migrationsDirectory = fileURLToPath(new URL('../../../migrations/', import.meta.url));

/** Any number that nothing else locks. */
const advisoryLock = 8_700_001;

interface Migration {
  name: string;
  sql: string;
  hash: string;
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(`${directory}/${name}`, 'utf8');
      return { name, sql, hash: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function pendingOf(client: pg.ClientBase, migrations: Migration[]): Promise<Migration[]> {
  await client.query(
    'CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, hash text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
  );
  const { rows } = await client.query<{ name: string; hash: string }>('SELECT name, hash FROM migrations');
  const applied = new Map(rows.map(({ name, hash }) => [name, hash]));
  const known = new Set(migrations.map(({ name }) => name));
  const foreign = rows.find(({ name }) => !known.has(name));
  if (foreign)
    throw new VitrineError(
      'database.newer',
      `The database was upgraded by a newer Vitrine (${foreign.name}). Install that version, or restore a backup.`,
      409,
    );
  const changed = migrations.find(({ name, hash }) => applied.has(name) && applied.get(name) !== hash);
  if (changed)
    throw new VitrineError(
      'database.migration',
      `Migration ${changed.name} differs from the one this database ran. Use the same release that created it.`,
      409,
    );
  return migrations.filter(({ name }) => !applied.has(name));
}

/**
 * Brings the database up to date, in one transaction: an upgrade that fails leaves it as it was. Processes starting
 * together wait for one another.
 * @returns the names of the migrations it ran
 * @throws VitrineError `database.newer`, `database.migration`
 */
export async function migrate(pool: pg.Pool, directory = migrationsDirectory): Promise<string[]> {
  const migrations = await readMigrations(directory);
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [advisoryLock]);
    const pending = await pendingOf(client, migrations);
    for (const { name, sql, hash } of pending) {
      await client.query(sql);
      await client.query('INSERT INTO migrations (name, hash) VALUES ($1, $2)', [name, hash]);
    }
    await client.query('COMMIT');
    return pending.map(({ name }) => name);
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}
