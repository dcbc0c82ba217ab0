import type { Manifest } from '@vitrine/models';
import { bigint, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';

const instant = (name: string) => timestamp(name, { withTimezone: true });

export const datasets = pgTable('datasets', {
  name: text().primaryKey(),
  format: text().notNull(),
  /** The newest import. */
  jobId: text('job_id'),
  createdAt: instant('created_at').notNull().defaultNow(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
});

/** Immutable contents of a data set, one for each import that brought other rows; the newest counts. */
export const snapshots = pgTable(
  'snapshots',
  {
    dataset: text().notNull(),
    hash: text().notNull(),
    manifest: jsonb().$type<Manifest>().notNull(),
    bytes: bigint({ mode: 'number' }).notNull(),
    /** Counts up with every import, the same rows again included. */
    position: integer().notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.dataset, table.hash] })],
);
