import { inspect } from 'node:util';
import { eq, sql } from 'drizzle-orm';
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { describe, expect, test } from 'vitest';
import { openLog } from '../log.js';
import { describeOnEachDatabase } from '../testing/each-database.test.fixture.js';
import type { Database } from './database.js';
import { withoutParameters } from './query-fault.js';

const accounts = pgTable('accounts', { id: integer().primaryKey(), secret: text().unique() });
const secret = 'correct horse battery';

describeOnEachDatabase('a failed query', (holder) => {
  const failuresOf = async ({ db, pool }: Database): Promise<unknown[]> => {
    await pool.query('CREATE TABLE IF NOT EXISTS accounts (id int PRIMARY KEY, secret text UNIQUE)');
    await db.insert(accounts).values({ id: 1, secret }).onConflictDoNothing();
    const failing = [
      db.insert(accounts).values({ id: 2, secret }),
      db
        .select()
        .from(accounts)
        .where(eq(accounts.id, secret as never)),
      db.execute(sql`SELECT ${secret}::int`),
      pool.query('SELECT $1::int', [secret]),
    ];
    return (await Promise.allSettled(failing)).map((result) => (result as PromiseRejectedResult).reason);
  };

  test('tells its statement and the reason, but nothing that was in it', async () => {
    const database = await holder.open();
    const lines: string[] = [];
    const log = openLog('error', { write: (line) => void lines.push(line) });
    const failures = await failuresOf(database);
    for (const error of failures) {
      expect(inspect(error)).toContain(secret);
      log.error({ err: new Error('The job failed', { cause: error }) }, 'job fault');
      log.error({ err: error }, 'job fault');
    }
    await database.close();
    expect(lines.join('')).not.toContain(secret);
    expect(lines[1]).toMatch(/Failed query: insert into \\"accounts\\".*23505.*accounts_secret_key/);
    expect(lines[1]).toMatch(/\\n {4}at /);
    expect(inspect(failures.map(withoutParameters))).not.toContain(secret);
  });
});

describe('other errors', () => {
  test('stay as they are', () => {
    const error = new Error('The disk is full', { cause: new Error('ENOSPC') });
    expect(withoutParameters(error)).toBe(error);
    expect(withoutParameters('text')).toBe('text');
  });
});
