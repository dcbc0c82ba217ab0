import { and, asc, eq, sql } from 'drizzle-orm';
import type { Queries } from '../platform/database/database.js';
import { storable } from '../platform/database/storable.js';
import { type PhaseState, runPhases } from './tables.js';

type Writer = Pick<Queries, 'insert' | 'update'>;

/** Begins a phase of a run; the one before is done. */
export async function beginPhase(db: Writer, runId: string, phase: string, message?: string): Promise<void> {
  await endPhase(db, runId, 'succeeded');
  const told = message === undefined ? null : storable(message);
  await db.insert(runPhases).values({ runId, phase: storable(phase), message: told });
}

/** Ends the phase under way, if any is. @param message what came of it, in the place of what it began with */
export async function endPhase(
  db: Pick<Writer, 'update'>,
  runId: string,
  state: PhaseState,
  message?: string,
): Promise<void> {
  const told = message === undefined ? {} : { message: storable(message) };
  await db
    .update(runPhases)
    .set({ state, finishedAt: sql`now()`, ...told })
    .where(and(eq(runPhases.runId, runId), eq(runPhases.state, 'running')));
}

/** The phases of a run in their order, those of earlier attempts too. */
export async function phasesOf(db: Queries, runId: string) {
  const rows = await db.select().from(runPhases).where(eq(runPhases.runId, runId)).orderBy(asc(runPhases.sequence));
  return rows.map(({ phase, message, state, startedAt, finishedAt }) => ({
    ...{ phase, message, state, startedAt: startedAt.toISOString() },
    // Nobody knows when a process was killed.
    seconds: state === 'interrupted' ? null : ((finishedAt ?? new Date()).getTime() - startedAt.getTime()) / 1000,
  }));
}
