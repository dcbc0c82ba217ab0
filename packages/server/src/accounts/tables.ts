import { boolean, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import type { Role, Scope } from '../http/endpoint.js';

const instant = (name: string) => timestamp(name, { withTimezone: true });
const createdAt = () => instant('created_at').notNull().defaultNow();

export const users = pgTable('users', {
  id: text().primaryKey(),
  email: text().notNull(),
  name: text().notNull(),
  role: text().$type<Role>().notNull(),
  passwordHash: text('password_hash').notNull(),
  disabled: boolean().notNull().default(false),
  createdAt: createdAt(),
  lastSeenAt: instant('last_seen_at'),
});

export const sessions = pgTable('sessions', {
  id: text().primaryKey(),
  tokenHash: text('token_hash').notNull(),
  userId: text('user_id').notNull(),
  userAgent: text('user_agent').notNull(),
  createdAt: createdAt(),
  lastSeenAt: instant('last_seen_at').notNull().defaultNow(),
  expiresAt: instant('expires_at').notNull(),
});

export const apiKeys = pgTable('api_keys', {
  id: text().primaryKey(),
  secretHash: text('secret_hash').notNull(),
  userId: text('user_id').notNull(),
  name: text().notNull(),
  /** The first characters, to tell keys apart. */
  prefix: text().notNull(),
  scopes: text().array().$type<Scope[]>().notNull(),
  createdAt: createdAt(),
  lastUsedAt: instant('last_used_at'),
  expiresAt: instant('expires_at'),
});

export const loginFailures = pgTable('login_failures', {
  /** Of an email, alone or with the address it was tried from. */
  emailHash: text('email_hash').primaryKey(),
  failures: integer().notNull(),
  lastAt: instant('last_at').notNull(),
  lockedUntil: instant('locked_until'),
});

export const audit = pgTable('audit', {
  id: text().primaryKey(),
  at: instant('at').notNull().defaultNow(),
  actor: text().notNull(),
  action: text().notNull(),
  subject: text().notNull(),
  details: jsonb(),
});

export const settings = pgTable('settings', { key: text().primaryKey(), value: jsonb().notNull() });
