import { and, gt, inArray, isNotNull, or, sql } from 'drizzle-orm';
import type { Queries } from '../platform/database/database.js';
import { models } from '../registry/tables.js';
import { runs } from '../runs/tables.js';

/** How long a run that failed or was cancelled may be resumed where it was. */
const RESUMABLE_DAYS = 30;

/** Whether it may still, or has not ended. */
export function isResumable({ finishedAt }: { finishedAt: Date | null }): boolean {
  return finishedAt === null || Date.now() - finishedAt.getTime() < RESUMABLE_DAYS * 86_400_000;
}

/** What a run under way or one that may be resumed learns from, and what models learnt from that are or were in production. */
export async function neededSnapshots(db: Queries): Promise<ReadonlySet<string>> {
  const underWay = inArray(runs.state, ['queued', 'running']);
  const resumable = and(
    inArray(runs.state, ['failed', 'cancelled']),
    gt(runs.finishedAt, sql`now() - make_interval(days => ${RESUMABLE_DAYS})`),
  );
  const learning = await db.select({ snapshot: runs.snapshot }).from(runs).where(or(underWay, resumable));
  const learnt = await db
    .select({ snapshot: models.snapshot })
    .from(models)
    .where(and(isNotNull(models.promotedAt), isNotNull(models.snapshot)));
  return new Set([...learning, ...learnt].flatMap(({ snapshot }) => snapshot ?? []));
}
