import { VitrineError } from '@vitrine/models';
import { eq, inArray, lt, or, sql } from 'drizzle-orm';
import type { Queries } from '../platform/database/database.js';
import { sha256 } from './secrets.js';
import { loginFailures } from './tables.js';

const forgetAfter = sql`now() - interval '1 day'`;

/** So many failures are free; then it is locked for 1, 2, 4, … seconds, at most so long. */
interface Lock {
  key: string;
  free: number;
  longestSeconds: number;
}

/**
 * Slows down guessing: five failures from one address lock an email for that address, for at most 15 minutes; fifty from
 * anywhere lock it for all, for so short a time that nobody is kept out by others. Counted for every email alike, also
 * those without an account, and kept in the database, so that a restart forgets nothing.
 */
export class LoginGuard {
  constructor(private readonly db: Queries) {}

  /** @throws VitrineError `auth.locked` (429) */
  async check(email: string, address: string): Promise<void> {
    const keys = locksOf(email, address).map(({ key }) => key);
    const rows = await this.db.select().from(loginFailures).where(inArray(loginFailures.emailHash, keys));
    const seconds = Math.max(0, ...rows.map(({ lockedUntil }) => ((lockedUntil?.getTime() ?? 0) - Date.now()) / 1000));
    if (seconds === 0) return;
    throw new VitrineError(
      'auth.locked',
      `Too many failed sign-ins. Try again in ${Math.ceil(seconds)} seconds.`,
      429,
      { retryAfterSeconds: Math.ceil(seconds) },
    );
  }

  async failed(email: string, address: string): Promise<void> {
    for (const lock of locksOf(email, address)) await this.#count(lock);
  }

  async succeeded(email: string, address: string): Promise<void> {
    const keys = locksOf(email, address).map(({ key }) => key);
    await this.db
      .delete(loginFailures)
      .where(or(inArray(loginFailures.emailHash, keys), lt(loginFailures.lastAt, forgetAfter)));
  }

  async #count({ key: emailHash, free, longestSeconds }: Lock): Promise<void> {
    const [row] = await this.db
      .insert(loginFailures)
      .values({ emailHash, failures: 1, lastAt: sql`now()` })
      .onConflictDoUpdate({
        target: loginFailures.emailHash,
        set: { failures: sql`${loginFailures.failures} + 1`, lastAt: sql`now()` },
      })
      .returning({ failures: loginFailures.failures });
    const excess = (row?.failures ?? 0) - free;
    if (excess >= 0) {
      const seconds = Math.min(2 ** excess, longestSeconds);
      await this.db
        .update(loginFailures)
        .set({ lockedUntil: new Date(Date.now() + seconds * 1000) })
        .where(eq(loginFailures.emailHash, emailHash));
    }
  }
}

function locksOf(email: string, address: string): Lock[] {
  const name = email.trim().toLowerCase();
  return [
    { key: sha256(`${name}\n${address}`), free: 5, longestSeconds: 15 * 60 },
    { key: sha256(name), free: 50, longestSeconds: 10 },
  ];
}
