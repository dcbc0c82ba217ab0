import { bigint, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';

const instant = (name: string) => timestamp(name, { withTimezone: true });

export type PipelineState = 'running' | 'succeeded' | 'failed' | 'cancelled';
/** `waiting`: for the steps it needs, or after a failed pipeline for a retry; `queued`: for its turn, or its next attempt. */
export type StepState = 'waiting' | 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'skipped';

/** Something of the platform that a step worked on. */
export interface StepLink {
  kind: 'site' | 'dataset' | 'run' | 'model';
  id: string;
  title: string;
}

export const pipelines = pgTable('pipelines', {
  id: text().primaryKey(),
  number: integer().generatedAlwaysAsIdentity().unique(),
  kind: text().notNull(),
  key: text().notNull(),
  title: text().notNull(),
  input: jsonb().notNull(),
  state: text().$type<PipelineState>().notNull().default('running'),
  createdBy: text('created_by'),
  createdAt: instant('created_at').notNull().defaultNow(),
  finishedAt: instant('finished_at'),
});

export const pipelineSteps = pgTable(
  'pipeline_steps',
  {
    pipelineId: text('pipeline_id').notNull(),
    name: text().notNull(),
    position: integer().notNull(),
    title: text().notNull(),
    needs: text().array().notNull(),
    state: text().$type<StepState>().notNull().default('waiting'),
    round: integer().notNull().default(0),
    jobId: text('job_id'),
    attempts: integer().notNull().default(0),
    failures: integer().notNull().default(0),
    retryAt: instant('retry_at'),
    child: text(),
    lastChild: text('last_child'),
    children: integer().notNull().default(0),
    output: jsonb(),
    links: jsonb().$type<StepLink[]>().notNull().default([]),
    note: text(),
    error: jsonb().$type<{ code: string; message: string }>(),
    startedAt: instant('started_at'),
    finishedAt: instant('finished_at'),
  },
  (table) => [primaryKey({ columns: [table.pipelineId, table.name] })],
);

export const pipelineLogs = pgTable(
  'pipeline_logs',
  {
    pipelineId: text('pipeline_id').notNull(),
    step: text().notNull(),
    sequence: bigint({ mode: 'number' }).generatedAlwaysAsIdentity(),
    at: instant('at').notNull().defaultNow(),
    level: text().$type<'info' | 'warn'>().notNull(),
    message: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.pipelineId, table.step, table.sequence] })],
);

export type PipelineRow = typeof pipelines.$inferSelect;
export type StepRow = typeof pipelineSteps.$inferSelect;
