import { VitrineError } from '@vitrine/models';
import { and, desc, eq, gt, lt, ne, sql } from 'drizzle-orm';
import type { Caller } from '../http/caller.js';
import type { Queries } from '../platform/database/database.js';
import { newId } from '../platform/id.js';
import { newToken, sha256 } from './secrets.js';
import { sessions, users } from './tables.js';

export const sessionDays = 30;
const lifetime = sql`now() + interval '30 days'`;
/** Seen-times are written at most this often, not on every request. */
const touchMs = 60_000;

/** Signed-in browsers: a random token in a cookie, its hash here; they last 30 days from their last use. */
export class Sessions {
  constructor(private readonly db: Queries) {}

  /** @returns the token for the cookie; it is not stored */
  async create(userId: string, userAgent: string): Promise<string> {
    const token = newToken();
    await this.db.insert(sessions).values({
      id: newId(),
      tokenHash: sha256(token),
      userId,
      userAgent: userAgent.slice(0, 300),
      expiresAt: lifetime as never,
    });
    await this.db.delete(sessions).where(lt(sessions.expiresAt, sql`now()`));
    return token;
  }

  async authenticate(token: string): Promise<Caller | null> {
    const [row] = await this.db
      .select({ session: sessions, user: users })
      .from(sessions)
      .innerJoin(users, eq(users.id, sessions.userId))
      .where(and(eq(sessions.tokenHash, sha256(token)), gt(sessions.expiresAt, sql`now()`), eq(users.disabled, false)));
    if (!row) return null;
    const { session, user } = row;
    if (Date.now() - session.lastSeenAt.getTime() > touchMs || user.lastSeenAt === null)
      await this.#touch(session.id, user.id);
    return { userId: user.id, name: user.email, role: user.role, via: 'session', credentialId: session.id, scopes: [] };
  }

  async #touch(id: string, userId: string): Promise<void> {
    await this.db
      .update(sessions)
      .set({ lastSeenAt: sql`now()`, expiresAt: lifetime as never })
      .where(eq(sessions.id, id));
    await this.db.update(users).set({ lastSeenAt: sql`now()` }).where(eq(users.id, userId));
  }

  async list(userId: string, currentId: string | null) {
    const rows = await this.db
      .select()
      .from(sessions)
      .where(and(eq(sessions.userId, userId), gt(sessions.expiresAt, sql`now()`)))
      .orderBy(desc(sessions.lastSeenAt));
    return rows.map(({ id, createdAt, lastSeenAt, userAgent }) => ({
      id,
      createdAt: createdAt.toISOString(),
      lastSeenAt: lastSeenAt.toISOString(),
      userAgent,
      current: id === currentId,
    }));
  }

  /** @throws VitrineError `session.unknown` unless the session is this user's */
  async revoke(userId: string, id: string): Promise<void> {
    const gone = await this.db
      .delete(sessions)
      .where(and(eq(sessions.id, id), eq(sessions.userId, userId)))
      .returning({ id: sessions.id });
    if (!gone.length) throw new VitrineError('session.unknown', 'There is no such session; it may have ended.', 404);
  }

  async revokeToken(token: string): Promise<void> {
    await this.db.delete(sessions).where(eq(sessions.tokenHash, sha256(token)));
  }

  /** Signs a user out everywhere, but for one session where given. */
  async revokeAll(userId: string, except: string | null = null, db: Queries = this.db): Promise<void> {
    await db.delete(sessions).where(and(eq(sessions.userId, userId), except ? ne(sessions.id, except) : undefined));
  }
}
