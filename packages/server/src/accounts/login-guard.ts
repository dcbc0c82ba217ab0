import { VitrineError } from '@vitrine/models';
import { eq, lt, sql } from 'drizzle-orm';
import type { Queries } from '../platform/database/database.js';
import { sha256 } from './secrets.js';
import { loginFailures } from './tables.js';

const freeAttempts = 5;
const longestLockSeconds = 15 * 60;
const forgetAfter = sql`now() - interval '1 day'`;

/**
 * Slows down guessing: after five failures an email is locked for 1, 2, 4, … seconds, at most 15 minutes. Counted for
 * every email alike, also those without an account, and kept in the database, so that a restart forgets nothing.
 */
export class LoginGuard {
  constructor(private readonly db: Queries) {}

  /** @throws VitrineError `auth.locked` (429) */
  async check(email: string): Promise<void> {
    const [row] = await this.db
      .select()
      .from(loginFailures)
      .where(eq(loginFailures.emailHash, keyOf(email)));
    const seconds = row?.lockedUntil ? (row.lockedUntil.getTime() - Date.now()) / 1000 : 0;
    if (seconds <= 0) return;
    throw new VitrineError(
      'auth.locked',
      `Too many failed sign-ins. Try again in ${Math.ceil(seconds)} seconds.`,
      429,
      { retryAfterSeconds: Math.ceil(seconds) },
    );
  }

  async failed(email: string): Promise<void> {
    const emailHash = keyOf(email);
    const [row] = await this.db
      .insert(loginFailures)
      .values({ emailHash, failures: 1, lastAt: sql`now()` })
      .onConflictDoUpdate({
        target: loginFailures.emailHash,
        set: { failures: sql`${loginFailures.failures} + 1`, lastAt: sql`now()` },
      })
      .returning({ failures: loginFailures.failures });
    const excess = (row?.failures ?? 0) - freeAttempts;
    if (excess >= 0) {
      const seconds = Math.min(2 ** excess, longestLockSeconds);
      await this.db
        .update(loginFailures)
        .set({ lockedUntil: new Date(Date.now() + seconds * 1000) })
        .where(eq(loginFailures.emailHash, emailHash));
    }
  }

  async succeeded(email: string): Promise<void> {
    await this.db.delete(loginFailures).where(eq(loginFailures.emailHash, keyOf(email)));
    await this.db.delete(loginFailures).where(lt(loginFailures.lastAt, forgetAfter));
  }
}

function keyOf(email: string): string {
  return sha256(email.trim().toLowerCase());
}
