import { boolean, doublePrecision, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';

const instant = (name: string) => timestamp(name, { withTimezone: true });

export type JobState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

export const jobs = pgTable('jobs', {
  id: text().primaryKey(),
  kind: text().notNull(),
  input: jsonb().notNull(),
  state: text().$type<JobState>().notNull().default('queued'),
  fraction: doublePrecision(),
  message: text().notNull().default(''),
  secondsLeft: doublePrecision('seconds_left'),
  error: jsonb().$type<{ code: string; message: string }>(),
  result: jsonb(),
  cancelRequested: boolean('cancel_requested').notNull().default(false),
  attempts: integer().notNull().default(0),
  /** The only machine that can do it; null: any. */
  host: text(),
  /** Which process works on it. */
  worker: text(),
  heartbeatAt: instant('heartbeat_at'),
  createdBy: text('created_by'),
  createdAt: instant('created_at').notNull().defaultNow(),
  startedAt: instant('started_at'),
  finishedAt: instant('finished_at'),
});

export const jobSteps = pgTable(
  'job_steps',
  {
    jobId: text('job_id').notNull(),
    name: text().notNull(),
    result: jsonb(),
    finishedAt: instant('finished_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.jobId, table.name] })],
);

export type JobRow = typeof jobs.$inferSelect;
