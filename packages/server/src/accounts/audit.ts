import { count, desc } from 'drizzle-orm';
import type { Caller } from '../http/caller.js';
import type { Queries } from '../platform/database/database.js';
import { newId } from '../platform/id.js';
import { audit } from './tables.js';

/** Who changed what. */
export class Audit {
  constructor(private readonly db: Queries) {}

  /**
   * Writes an entry; inside a transaction give it as `db`, so that the entry stands or falls with the change.
   * @param action `user.create`, `model.promote`, …
   * @param subject what it was done to, for people: an email, `classify@3`
   */
  async record(
    caller: Caller | null,
    action: string,
    subject: string,
    details?: unknown,
    db: Queries = this.db,
  ): Promise<void> {
    const actor = caller?.name ?? 'server';
    await db.insert(audit).values({ id: newId(), actor, action, subject, details: details ?? null });
  }

  /** Newest first. */
  async list(page: number, limit: number) {
    const rows = await this.db
      .select()
      .from(audit)
      .orderBy(desc(audit.at), desc(audit.id))
      .limit(limit)
      .offset((page - 1) * limit);
    const [counted] = await this.db.select({ total: count() }).from(audit);
    return {
      items: rows.map((row) => ({ ...row, at: row.at.toISOString() })),
      total: counted?.total ?? 0,
      page,
      limit,
    };
  }
}
