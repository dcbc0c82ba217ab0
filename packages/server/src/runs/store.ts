import { type TrainingEvent, VitrineError } from '@vitrine/models';
import { and, count, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { Queries } from '../platform/database/database.js';
import { rowChunks } from '../platform/database/row-chunks.js';
import { storable, storableJson } from '../platform/database/storable.js';
import type { runSchema } from './api.js';
import { beginPhase } from './phases.js';
import { type RunState, runFigures, runLogs, runPoints, runs } from './tables.js';

export type Run = z.infer<typeof runSchema>;
export type RunRow = typeof runs.$inferSelect;

export function runOf(row: RunRow): Run {
  const { jobId: _, ...run } = row;
  return {
    ...run,
    number: row.number ?? 0,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

/** @param reference the id, or the number (`12`, `#12`). @throws VitrineError `run.unknown` (404) */
export async function findRun(db: Queries, reference: string): Promise<RunRow> {
  const number = /^#?(\d{1,9})$/.exec(reference)?.[1];
  const [row] = await db
    .select()
    .from(runs)
    .where(number ? eq(runs.number, Number(number)) : eq(runs.id, reference));
  if (!row) throw new VitrineError('run.unknown', `There is no run ${reference}; see the list of runs.`, 404);
  return row;
}

/** Newest first. */
export async function listRuns(
  db: Queries,
  query: {
    page: number;
    limit: number;
    task?: string | undefined;
    dataset?: string | undefined;
    state?: RunState | undefined;
  },
): Promise<{ items: Run[]; total: number; page: number; limit: number }> {
  const { page, limit, task, dataset, state } = query;
  const filters: SQL[] = [];
  if (task) filters.push(eq(runs.task, task));
  if (dataset) filters.push(eq(runs.dataset, dataset));
  if (state) filters.push(eq(runs.state, state));
  const where = and(...filters);
  const [counted] = await db.select({ total: count() }).from(runs).where(where);
  const rows = await db
    .select()
    .from(runs)
    .where(where)
    .orderBy(desc(runs.number))
    .limit(limit)
    .offset((page - 1) * limit);
  return { items: rows.map(runOf), total: counted?.total ?? 0, page, limit };
}

/** Changes a run if it is in one of the given states; says whether it was. */
export async function changeRun(
  db: Queries,
  id: string,
  from: RunState[],
  change: Partial<typeof runs.$inferInsert>,
): Promise<boolean> {
  const changed = await db
    .update(runs)
    .set(change)
    .where(and(eq(runs.id, id), inArray(runs.state, from)))
    .returning({ id: runs.id });
  return changed.length > 0;
}

/** Stores what a training said, in its order and all at once. */
export async function storeEvents(db: Queries, runId: string, events: TrainingEvent[]): Promise<void> {
  await db.transaction(async (transaction) => {
    await storePoints(transaction, runId, events);
    await storeFigures(transaction, runId, events);
    const logs = events.flatMap((event) =>
      event.type === 'log' ? [{ runId, level: event.level, message: storable(event.message) }] : [],
    );
    for (const rows of rowChunks(logs)) await transaction.insert(runLogs).values(rows);
    for (const event of events)
      if (event.type === 'phase') await beginPhase(transaction, runId, event.phase, event.message);
    const standing = standingOf(events);
    if (Object.keys(standing).length) await transaction.update(runs).set(standing).where(eq(runs.id, runId));
  });
}

type Writer = Pick<Queries, 'insert'>;

async function storePoints(db: Writer, runId: string, events: TrainingEvent[]): Promise<void> {
  const points = new Map<string, typeof runPoints.$inferInsert>();
  for (const event of events)
    if (event.type === 'metrics')
      for (const [name, value] of Object.entries(event.values))
        if (Number.isFinite(value))
          points.set(`${event.step} ${name}`, { runId, name, step: event.step, epoch: event.epoch, value });
  for (const rows of rowChunks([...points.values()]))
    await db
      .insert(runPoints)
      .values(rows)
      .onConflictDoUpdate({
        target: [runPoints.runId, runPoints.name, runPoints.step],
        set: { value: sql`excluded.value`, epoch: sql`excluded.epoch`, sequence: sql`excluded.sequence` },
      });
}

async function storeFigures(db: Writer, runId: string, events: TrainingEvent[]): Promise<void> {
  for (const event of events)
    if (event.type === 'figure') {
      const { name, epoch, data } = event;
      await db
        .insert(runFigures)
        .values({ runId, name, epoch, data: storableJson(data) })
        .onConflictDoUpdate({
          target: [runFigures.runId, runFigures.name, runFigures.epoch],
          set: { data: sql`excluded.data`, sequence: sql`excluded.sequence` },
        });
    }
}

/** How the run stands after the events: the last phase and progress among them. */
function standingOf(events: TrainingEvent[]): Partial<typeof runs.$inferInsert> {
  const standing: Partial<typeof runs.$inferInsert> = {};
  for (const event of events) {
    if (event.type === 'phase')
      Object.assign(standing, { phase: event.phase, message: storable(event.message ?? event.phase) });
    if (event.type === 'progress') {
      Object.assign(standing, { fraction: event.fraction, secondsLeft: event.secondsLeft ?? null });
      if (event.message !== undefined) standing.message = storable(event.message);
    }
  }
  return standing;
}
