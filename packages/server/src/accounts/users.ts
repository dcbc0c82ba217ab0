import { VitrineError } from '@vitrine/models';
import { and, count, eq, ilike, ne, or, sql } from 'drizzle-orm';
import type { Role } from '../http/endpoint.js';
import type { Queries } from '../platform/database/database.js';
import { newId } from '../platform/id.js';
import { hashPassword, passwordMatches } from './secrets.js';
import { sessions, users } from './tables.js';

type UserRow = typeof users.$inferSelect;
export interface NewUser {
  email: string;
  name: string;
  password: string;
}
export interface UserChange {
  name?: string | undefined;
  role?: Role | undefined;
  disabled?: boolean | undefined;
  password?: string | undefined;
}

/** One at a time may create the first account or take an administrator away. */
const accountsLock = sql`SELECT pg_advisory_xact_lock(8700002)`;

export class Users {
  constructor(private readonly db: Queries) {}

  async isEmpty(db: Queries = this.db): Promise<boolean> {
    const [row] = await db.select({ id: users.id }).from(users).limit(1);
    return row === undefined;
  }

  /**
   * The first account, as administrator: of two visitors at the same time one gets it.
   * @returns null when there is an account already
   */
  async createFirst(input: NewUser): Promise<UserRow | null> {
    if (!(await this.isEmpty())) return null;
    const passwordHash = await hashPassword(input.password);
    return this.db.transaction(async (tx) => {
      await tx.execute(accountsLock);
      return (await this.isEmpty(tx)) ? this.#insert({ ...input, passwordHash }, 'admin', tx) : null;
    });
  }

  /** @throws VitrineError `user.exists` (409) */
  async create(input: NewUser, role: Role): Promise<UserRow> {
    return this.#insert({ ...input, passwordHash: await hashPassword(input.password) }, role, this.db);
  }

  async #insert(
    { email, name, passwordHash }: { email: string; name: string; passwordHash: string },
    role: Role,
    db: Queries,
  ): Promise<UserRow> {
    const [row] = await db
      .insert(users)
      .values({ id: newId(), email: email.trim(), name, role, passwordHash })
      .onConflictDoNothing()
      .returning();
    if (!row)
      throw new VitrineError('user.exists', 'There is an account with this email already; sign in instead.', 409);
    return row;
  }

  /** The account of these credentials, or null; takes as long for unknown emails as for wrong passwords. */
  async withCredentials(email: string, password: string): Promise<UserRow | null> {
    const [row] = await this.db.select().from(users).where(sql`lower(${users.email}) = lower(${email.trim()})`);
    const matches = await passwordMatches(row?.passwordHash, password);
    return row && matches ? row : null;
  }

  /** @throws VitrineError `user.unknown` */
  async get(id: string): Promise<UserRow> {
    const [row] = await this.db.select().from(users).where(eq(users.id, id));
    if (!row) throw unknownUser();
    return row;
  }

  /** By email or id. @throws VitrineError `user.unknown` */
  async named(name: string): Promise<UserRow> {
    const byEmail = sql`lower(${users.email}) = lower(${name.trim()})`;
    const [row] = await this.db
      .select()
      .from(users)
      .where(or(byEmail, eq(users.id, name)));
    if (!row) throw unknownUser();
    return row;
  }

  async list(page: number, limit: number, q?: string) {
    const like = q ? `%${q.replace(/[\\%_]/g, '\\$&')}%` : undefined;
    const filter = like ? or(ilike(users.email, like), ilike(users.name, like)) : undefined;
    const rows = await this.db
      .select()
      .from(users)
      .where(filter)
      .orderBy(users.createdAt, users.id)
      .limit(limit)
      .offset((page - 1) * limit);
    const [counted] = await this.db.select({ total: count() }).from(users).where(filter);
    return { items: rows.map(userOf), total: counted?.total ?? 0, page, limit };
  }

  /**
   * Changes an account; a new password, role or a disabling ends its sessions, but for `keepSession`.
   * @throws VitrineError `user.unknown`, `user.lastAdmin`
   */
  async update(id: string, { password, ...change }: UserChange, keepSession: string | null = null): Promise<UserRow> {
    const passwordHash = password === undefined ? undefined : await hashPassword(password);
    const set = defined({ ...change, passwordHash });
    return this.db.transaction(async (tx) => {
      await tx.execute(accountsLock);
      if (change.disabled || (change.role && change.role !== 'admin')) await keepAnAdmin(tx, id);
      const [row] = Object.keys(set).length
        ? await tx.update(users).set(set).where(eq(users.id, id)).returning()
        : await tx.select().from(users).where(eq(users.id, id));
      if (!row) throw unknownUser();
      if (passwordHash || change.disabled || change.role)
        await tx
          .delete(sessions)
          .where(and(eq(sessions.userId, id), keepSession ? ne(sessions.id, keepSession) : undefined));
      return row;
    });
  }

  /** @throws VitrineError `user.unknown`, `user.lastAdmin` */
  async delete(id: string): Promise<UserRow> {
    return this.db.transaction(async (tx) => {
      await tx.execute(accountsLock);
      await keepAnAdmin(tx, id);
      const [row] = await tx.delete(users).where(eq(users.id, id)).returning();
      if (!row) throw unknownUser();
      return row;
    });
  }
}

async function keepAnAdmin(tx: Queries, without: string): Promise<void> {
  const admins = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.role, 'admin'), eq(users.disabled, false)));
  if (admins.length === 1 && admins[0]?.id === without)
    throw new VitrineError('user.lastAdmin', 'This is the last administrator; make someone else one first.', 409);
}

function unknownUser(): VitrineError {
  return new VitrineError('user.unknown', 'There is no such account; it may have been deleted.', 404);
}

function defined<T extends object>(change: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** An account as clients see it. */
export function userOf({ id, email, name, role, disabled, createdAt, lastSeenAt }: UserRow) {
  return {
    ...{ id, email, name, role, disabled },
    createdAt: createdAt.toISOString(),
    lastSeenAt: lastSeenAt?.toISOString() ?? null,
  };
}
