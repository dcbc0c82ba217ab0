import { VitrineError } from '@vitrine/models';
import { and, desc, eq, gt, isNull, or, sql } from 'drizzle-orm';
import type { Caller } from '../http/caller.js';
import type { Scope } from '../http/endpoint.js';
import type { Queries } from '../platform/database/database.js';
import { newId } from '../platform/id.js';
import { newToken, sha256 } from './secrets.js';
import { apiKeys, users } from './tables.js';

export const keyPrefix = 'vk_';
const touchMs = 60_000;
const dayMs = 86_400_000;

/** API keys: act as their owner, within their scopes. Only a hash is stored. */
export class Keys {
  constructor(private readonly db: Queries) {}

  /** @returns the key with its secret, which can't be had again */
  async create(userId: string, name: string, scopes: Scope[], expiresInDays?: number) {
    const secret = keyPrefix + newToken();
    const [row] = await this.db
      .insert(apiKeys)
      .values({
        id: newId(),
        secretHash: sha256(secret),
        userId,
        name,
        prefix: secret.slice(0, 9),
        scopes: [...new Set(scopes)],
        expiresAt: expiresInDays ? new Date(Date.now() + expiresInDays * dayMs) : null,
      })
      .returning();
    return { ...keyOf(row as typeof apiKeys.$inferSelect), secret };
  }

  async authenticate(secret: string): Promise<Caller | null> {
    const unexpired = or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, sql`now()`));
    const [row] = await this.db
      .select({ key: apiKeys, user: users })
      .from(apiKeys)
      .innerJoin(users, eq(users.id, apiKeys.userId))
      .where(and(eq(apiKeys.secretHash, sha256(secret)), unexpired, eq(users.disabled, false)));
    if (!row) return null;
    const { key, user } = row;
    if (Date.now() - (key.lastUsedAt?.getTime() ?? 0) > touchMs)
      await this.db.update(apiKeys).set({ lastUsedAt: sql`now()` }).where(eq(apiKeys.id, key.id));
    return { userId: user.id, name: user.email, role: user.role, via: 'key', credentialId: key.id, scopes: key.scopes };
  }

  async list(userId: string) {
    const rows = await this.db
      .select()
      .from(apiKeys)
      .where(eq(apiKeys.userId, userId))
      .orderBy(desc(apiKeys.createdAt));
    return rows.map(keyOf);
  }

  /** @throws VitrineError `key.unknown` unless the key is this user's */
  async revoke(userId: string, id: string): Promise<void> {
    const gone = await this.db
      .delete(apiKeys)
      .where(and(eq(apiKeys.id, id), eq(apiKeys.userId, userId)))
      .returning({ id: apiKeys.id });
    if (!gone.length) throw new VitrineError('key.unknown', 'There is no such key; it may have been revoked.', 404);
  }
}

function keyOf({ id, name, prefix, scopes, createdAt, lastUsedAt, expiresAt }: typeof apiKeys.$inferSelect) {
  return {
    ...{ id, name, prefix, scopes },
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    expiresAt: expiresAt?.toISOString() ?? null,
  };
}
