import { boolean, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

const instant = (name: string) => timestamp(name, { withTimezone: true });

export const schedules = pgTable('schedules', {
  id: text().primaryKey(),
  kind: text().notNull(),
  target: jsonb().$type<Record<string, unknown>>().notNull(),
  cron: text().notNull(),
  timezone: text().notNull(),
  enabled: boolean().notNull().default(true),
  nextAt: instant('next_at'),
  lastAt: instant('last_at'),
  lastJob: text('last_job'),
  /** Why the newest start failed. */
  problem: text(),
  createdBy: text('created_by'),
  createdAt: instant('created_at').notNull().defaultNow(),
});
