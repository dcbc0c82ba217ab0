import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
/** One sequence numbers what runs say, whatever its table, so that a stream can go on after the last number it saw. */
const sequence = () => bigint('sequence', { mode: 'number' }).notNull().default(sql`nextval('run_sequence')`);

export type RunState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

export const runs = pgTable(
  'runs',
  {
    id: text().primaryKey(),
    number: integer().generatedAlwaysAsIdentity().unique(),
    task: text().notNull(),
    dataset: text().notNull(),
    /** Hash of the data set's snapshot it learns from. */
    snapshot: text().notNull(),
    /** With all defaults filled in. */
    config: jsonb().$type<Record<string, unknown>>().notNull(),
    seed: integer().notNull(),
    codeVersion: text('code_version').notNull(),
    state: text().$type<RunState>().notNull().default('queued'),
    phase: text(),
    fraction: doublePrecision().notNull().default(0),
    secondsLeft: doublePrecision('seconds_left'),
    message: text().notNull().default(''),
    metrics: jsonb().$type<Record<string, number>>(),
    primaryMetric: text('primary_metric').notNull(),
    modelId: text('model_id'),
    error: jsonb().$type<{ code: string; message: string }>(),
    promote: boolean().notNull().default(false),
    jobId: text('job_id'),
    createdBy: text('created_by'),
    createdAt: time('created_at').notNull().defaultNow(),
    startedAt: time('started_at'),
    finishedAt: time('finished_at'),
  },
  (table) => [index('runs_created').on(table.createdAt)],
);

const runId = () =>
  text('run_id')
    .notNull()
    .references(() => runs.id, { onDelete: 'cascade' });

/** Points of series. A resumed run writes the steps after its checkpoint anew. */
export const runPoints = pgTable(
  'run_points',
  {
    runId: runId(),
    name: text().notNull(),
    step: doublePrecision().notNull(),
    epoch: doublePrecision().notNull(),
    value: doublePrecision().notNull(),
    sequence: sequence(),
  },
  (table) => [
    primaryKey({ columns: [table.runId, table.name, table.step] }),
    index('run_points_sequence').on(table.runId, table.sequence),
  ],
);

export const runFigures = pgTable(
  'run_figures',
  {
    runId: runId(),
    name: text().notNull(),
    epoch: doublePrecision().notNull(),
    data: jsonb().notNull(),
    sequence: sequence(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.name, table.epoch] })],
);

/** `interrupted`: its process died. */
export type PhaseState = 'running' | 'succeeded' | 'failed' | 'cancelled' | 'interrupted';

export const runPhases = pgTable(
  'run_phases',
  {
    runId: runId(),
    sequence: sequence(),
    phase: text().notNull(),
    message: text(),
    state: text().$type<PhaseState>().notNull().default('running'),
    startedAt: time('started_at').notNull().defaultNow(),
    finishedAt: time('finished_at'),
  },
  (table) => [primaryKey({ columns: [table.runId, table.sequence] })],
);

export const runLogs = pgTable(
  'run_logs',
  {
    runId: runId(),
    sequence: sequence(),
    at: time('at').notNull().defaultNow(),
    level: text().notNull(),
    message: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.sequence] })],
);
