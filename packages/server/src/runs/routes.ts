import { VitrineError } from '@vitrine/models';
import { and, asc, desc, eq, type SQL } from 'drizzle-orm';
import type { Route } from '../http/router.js';
import { lastEventId, sendEvents } from '../http/sse.js';
import type { Queries } from '../platform/database/database.js';
import type { News } from '../platform/news.js';
import * as api from './api.js';
import { compare } from './compare.js';
import { phasesOf } from './phases.js';
import { findRun, listRuns, runOf } from './store.js';
import { streamRun } from './stream.js';
import { runFigures, runLogs, runPoints } from './tables.js';
import { type Point, thin } from './thin.js';

/** Most lines of a log in one answer: a run over broken pictures has one for each. */
const LOG_LINES = 5000;

export interface RunRoutes {
  db: Queries;
  news: News;
}

/** Runs looked at: how they stand, what they said, and beside each other. */
export function runRoutes(route: Route, { db, news }: RunRoutes): void {
  route(api.compareRuns, async ({ query }) => {
    const references = [
      ...new Set(
        query.ids
          .split(',')
          .map((id) => id.trim())
          .filter(Boolean),
      ),
    ];
    if (references.length < 2 || references.length > 8)
      throw new VitrineError('run.compare', 'Name 2 to 8 different runs, separated by commas.', 422);
    const rows = [];
    for (const reference of references) rows.push(runOf(await findRun(db, reference)));
    return compare(rows);
  });
  route(api.listRuns, ({ query }) => listRuns(db, query));
  route(api.getRun, async ({ params }) => runOf(await findRun(db, params.id)));
  route(api.streamRun, async ({ params, request, reply }) => {
    // Before the stream begins, so that an unknown run is a 404.
    const { id } = await findRun(db, params.id);
    const after = Number(lastEventId(request) ?? 0);
    return sendEvents(request, reply, async function* (signal) {
      for await (const { id: number, event, data } of streamRun(db, news, id, { after: after || 0, signal }))
        yield { id: String(number), event, data };
    });
  });
  recordRoutes(route, db);
}

/** What a run has said so far. */
function recordRoutes(route: Route, db: Queries): void {
  route(api.getRunSeries, async ({ params, query }) => {
    const { id } = await findRun(db, params.id);
    const rows = await db.select().from(runPoints).where(eq(runPoints.runId, id)).orderBy(asc(runPoints.step));
    const series = new Map<string, Point[]>();
    for (const { name, step, epoch, value } of rows) {
      const points = series.get(name) ?? [];
      points.push({ step, epoch, value });
      series.set(name, points);
    }
    return [...series].map(([name, points]) => ({ name, points: thin(points, query.points) }));
  });
  route(api.getRunFigures, async ({ params, query }) => {
    const { id } = await findRun(db, params.id);
    const filters: SQL[] = [eq(runFigures.runId, id)];
    if (query.name !== undefined) filters.push(eq(runFigures.name, query.name));
    if (query.epoch !== undefined) filters.push(eq(runFigures.epoch, query.epoch));
    return db
      .select({ name: runFigures.name, epoch: runFigures.epoch, data: runFigures.data })
      .from(runFigures)
      .where(and(...filters))
      .orderBy(asc(runFigures.name), asc(runFigures.epoch));
  });
  route(api.getRunPhases, async ({ params }) => phasesOf(db, (await findRun(db, params.id)).id));
  route(api.getRunLogs, async ({ params }) => {
    const { id } = await findRun(db, params.id);
    const rows = await db
      .select()
      .from(runLogs)
      .where(eq(runLogs.runId, id))
      .orderBy(desc(runLogs.sequence))
      .limit(LOG_LINES);
    return rows.reverse().map(({ at, level, message }) => ({ at: at.toISOString(), level, message }));
  });
}
