import type { ArtifactSummary } from '@vitrine/models';
import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, jsonb, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

export type Stage = 'candidate' | 'production' | 'retired';

export const models = pgTable(
  'models',
  {
    id: text().primaryKey(),
    task: text().notNull(),
    /** 1, 2, 3 … within the task. */
    version: integer().notNull(),
    stage: text().$type<Stage>().notNull().default('candidate'),
    runId: text('run_id'),
    dataset: text(),
    snapshot: text(),
    /** What the artifact says of itself, with its files' hashes. */
    summary: jsonb().$type<ArtifactSummary>().notNull(),
    /** The artifact's directory in the blob store. */
    artifact: text().notNull(),
    bytes: bigint({ mode: 'number' }).notNull(),
    createdAt: time('created_at').notNull().defaultNow(),
    promotedAt: time('promoted_at'),
    promotedBy: text('promoted_by'),
  },
  (table) => [
    uniqueIndex('models_version').on(table.task, table.version),
    // Whatever is killed when: never two models of a task in production.
    uniqueIndex('models_production').on(table.task).where(sql`stage = 'production'`),
  ],
);

/** Every change of the model in production, so that a rollback knows what came before. */
export const promotions = pgTable(
  'promotions',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    task: text().notNull(),
    modelId: text('model_id').notNull(),
    previousId: text('previous_id'),
    at: time('at').notNull().defaultNow(),
    by: text(),
    forced: boolean().notNull().default(false),
    rollback: boolean().notNull().default(false),
  },
  (table) => [index('promotions_task').on(table.task, table.id)],
);
