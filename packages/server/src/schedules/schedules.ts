import { VitrineError } from '@vitrine/models';
import { Cron } from 'croner';
import { and, asc, eq, lte } from 'drizzle-orm';
import type { z } from 'zod';
import type { Queries } from '../platform/database/database.js';
import { newId } from '../platform/id.js';
import type { scheduleInput, scheduleSchema, updateSchedule } from './api.js';
import { schedules } from './tables.js';

export type Schedule = z.infer<typeof scheduleSchema>;
type Row = typeof schedules.$inferSelect;

/** Something that can be started by the clock. */
export interface ScheduledKind<Target> {
  kind: string;
  target: z.ZodType<Target>;
  /** Refuses what can't be started, with a typed error. */
  check(target: Target): Promise<unknown>;
  /** Answers the id of the job, run or pipeline that it is. */
  start(target: Target, userId: string | null): Promise<{ id: string }>;
}

/** When a cron expression is due next. @throws VitrineError `schedule.cron` (422), also for days that no month has */
export function nextTime(cron: string, timezone: string, after = new Date()): Date {
  let next: Date | null;
  try {
    next = new Cron(cron, { timezone, mode: '5-part' }).nextRun(after);
  } catch (cause) {
    const sentence = `"${cron}" in ${timezone} is no time to start at; write cron as in "0 3 * * *" (every night at three) and a zone as in Europe/Paris.`;
    throw new VitrineError('schedule.cron', sentence, 422, undefined, { cause });
  }
  if (next) return next;
  throw new VitrineError('schedule.cron', `"${cron}" never comes: no month has such a day; choose another.`, 422);
}

/** What is started at the times of a cron expression; once, with any number of processes on the database. */
export class Schedules {
  readonly #kinds = new Map<string, ScheduledKind<unknown>>();
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> = Promise.resolve();

  constructor(
    private readonly db: Queries,
    private readonly onFault: (error: unknown) => void,
  ) {}

  define<Target>(kind: ScheduledKind<Target>): void {
    this.#kinds.set(kind.kind, kind as ScheduledKind<unknown>);
  }

  open(everyMs: number): void {
    this.#timer = setInterval(() => {
      this.#working = this.startDue().catch(this.onFault);
    }, everyMs);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#working;
  }

  async list(): Promise<Schedule[]> {
    return (await this.db.select().from(schedules).orderBy(asc(schedules.createdAt), asc(schedules.id))).map(
      scheduleOf,
    );
  }

  /** @throws VitrineError `schedule.kind`, `schedule.target`, `schedule.cron` (422), or why the target can't be started */
  async create(input: z.infer<typeof scheduleInput>, userId: string | null): Promise<Schedule> {
    const { kind, target, cron, timezone } = input;
    await this.#checked(kind, target);
    const nextAt = nextTime(cron, timezone);
    const row = { id: newId(), kind, target, cron, timezone, nextAt, createdBy: userId };
    const [added] = await this.db.insert(schedules).values(row).returning();
    return scheduleOf(added as Row);
  }

  /** @throws VitrineError `schedule.unknown` (404), `schedule.cron` (422) */
  async update(id: string, change: z.infer<typeof updateSchedule.body>): Promise<Schedule> {
    const [row] = await this.db.select().from(schedules).where(eq(schedules.id, id));
    if (!row) throw unknown();
    const { cron = row.cron, timezone = row.timezone, enabled = row.enabled } = change;
    const set = { cron, timezone, enabled, nextAt: nextTime(cron, timezone) };
    const [changed] = await this.db.update(schedules).set(set).where(eq(schedules.id, id)).returning();
    return scheduleOf(changed as Row);
  }

  /** @throws VitrineError `schedule.unknown` (404) */
  async delete(id: string): Promise<void> {
    const gone = await this.db.delete(schedules).where(eq(schedules.id, id)).returning({ id: schedules.id });
    if (gone.length === 0) throw unknown();
  }

  /** Starts what is due. What was missed while no process ran is started once. */
  async startDue(now = new Date()): Promise<void> {
    const due = await this.db
      .select()
      .from(schedules)
      .where(and(eq(schedules.enabled, true), lte(schedules.nextAt, now)));
    for (const row of due) await this.#start(row, now);
  }

  async #start(row: Row, now: Date): Promise<void> {
    const { id, nextAt, cron, timezone, kind, createdBy } = row;
    // Whoever moves the time on is the one that starts it.
    const [ours] = await this.db
      .update(schedules)
      .set({ nextAt: nextTime(cron, timezone, now), lastAt: now })
      .where(and(eq(schedules.id, id), eq(schedules.nextAt, nextAt as Date), eq(schedules.enabled, true)))
      .returning({ id: schedules.id });
    if (!ours) return;
    const outcome = await this.#checked(kind, row.target)
      .then(({ definition, target }) => definition.start(target, createdBy))
      .then(
        (job) => ({ lastJob: job.id, problem: null }),
        (error: unknown) => {
          if (!(error instanceof VitrineError)) this.onFault(error);
          return { problem: error instanceof Error ? error.message : String(error) };
        },
      );
    await this.db.update(schedules).set(outcome).where(eq(schedules.id, id));
  }

  async #checked(kind: string, given: unknown): Promise<{ definition: ScheduledKind<unknown>; target: unknown }> {
    const definition = this.#kinds.get(kind);
    if (!definition) {
      const kinds = [...this.#kinds.keys()].join(', ');
      throw new VitrineError('schedule.kind', `"${kind}" can’t be scheduled; choose one of: ${kinds}.`, 422);
    }
    const parsed = definition.target.safeParse(given);
    if (!parsed.success) {
      const [problem] = parsed.error.issues;
      const sentence = `The target isn’t one of ${kind}: ${problem?.path.join('.')} ${problem?.message}`;
      throw new VitrineError('schedule.target', sentence, 422);
    }
    await definition.check(parsed.data);
    return { definition, target: parsed.data };
  }
}

const unknown = () =>
  new VitrineError('schedule.unknown', 'There is no schedule with this id; see GET /schedules.', 404);

function scheduleOf(row: Row): Schedule {
  const { id, kind, target, cron, timezone, enabled, lastJob, problem } = row;
  return {
    ...{ id, kind, target, cron, timezone, enabled, lastJob, problem },
    nextAt: enabled ? (row.nextAt?.toISOString() ?? null) : null,
    lastAt: row.lastAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}
