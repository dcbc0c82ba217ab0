import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { Queries } from '../platform/database/database.js';
import type { News } from '../platform/news.js';
import { findRun, type Run, runOf } from './store.js';
import { runFigures, runLogs, runPoints } from './tables.js';

/** One event of a run's live stream. `id` lets a reader go on after it. */
export interface StreamEvent {
  id: number;
  event: 'run' | 'metrics' | 'figure' | 'log';
  data: unknown;
}

/** Most points, and most log lines, read at once. */
const POINTS = 20_000;
const LINES = 5_000;

const finished = ({ state }: Run) => state !== 'queued' && state !== 'running';

/**
 * What a run says, from after the given number on, live until it ends. Everything is read from the database, so that a reader
 * that comes back misses nothing.
 */
export async function* streamRun(
  db: Queries,
  news: News,
  reference: string,
  { after = 0, signal }: { after?: number; signal: AbortSignal },
): AsyncIterable<StreamEvent> {
  const { id } = await findRun(db, reference);
  let last = after;
  let standing = '';
  while (!signal.aborted) {
    const run = runOf(await findRun(db, id));
    for (const event of await newsSince(db, id, last)) {
      last = event.id;
      yield event;
    }
    if (JSON.stringify(run) !== standing) {
      standing = JSON.stringify(run);
      yield { id: last, event: 'run', data: run };
    }
    if (finished(run)) return;
    await news.wait(id, signal);
  }
}

async function newsSince(db: Queries, runId: string, after: number): Promise<StreamEvent[]> {
  const points = await db
    .select()
    .from(runPoints)
    .where(and(eq(runPoints.runId, runId), gt(runPoints.sequence, after)))
    .orderBy(asc(runPoints.sequence))
    .limit(POINTS);
  const figures = await db
    .select({ name: runFigures.name, epoch: runFigures.epoch, sequence: runFigures.sequence })
    .from(runFigures)
    .where(and(eq(runFigures.runId, runId), gt(runFigures.sequence, after)));
  // Of a log that is long, as with many broken pictures, the newest lines are enough.
  const old = sql<number>`coalesce((select sequence from ${runLogs} where run_id = ${runId} order by sequence desc offset ${LINES} limit 1), 0)`;
  const logs = await db
    .select()
    .from(runLogs)
    .where(and(eq(runLogs.runId, runId), gt(runLogs.sequence, after), gt(runLogs.sequence, old)));
  // Beyond a full page of points the rest comes with the next look.
  const until = points.length === POINTS ? (points.at(-1)?.sequence ?? 0) : Number.POSITIVE_INFINITY;
  const events: StreamEvent[] = [
    ...metricEvents(points),
    ...figures.map(({ name, epoch, sequence: id }) => ({ id, event: 'figure' as const, data: { name, epoch } })),
    ...logs.map(({ at, level, message, sequence: id }) => ({
      id,
      event: 'log' as const,
      data: { at: at.toISOString(), level, message },
    })),
  ];
  return events.filter(({ id }) => id <= until).sort((a, b) => a.id - b.id);
}

/** Points of the same step, written one after the other, as one event. */
function metricEvents(points: (typeof runPoints.$inferSelect)[]): StreamEvent[] {
  const events: (StreamEvent & { data: { step: number; epoch: number; values: Record<string, number> } })[] = [];
  for (const { step, epoch, name, value, sequence } of points) {
    const previous = events.at(-1);
    if (previous?.data.step === step) {
      previous.data.values[name] = value;
      previous.id = sequence;
    } else events.push({ id: sequence, event: 'metrics', data: { step, epoch, values: { [name]: value } } });
  }
  return events;
}
