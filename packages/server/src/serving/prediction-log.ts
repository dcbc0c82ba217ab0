import { and, count, desc, eq, isNotNull, isNull, lt, not, type SQL, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { users } from '../accounts/tables.js';
import type { Queries } from '../platform/database/database.js';
import type { predictionLog } from './api.js';
import { predictions } from './tables.js';

export type PredictionEntry = Omit<typeof predictions.$inferInsert, 'chosen' | 'chosenAt' | 'productId'>;
type LoggedPrediction = z.infer<typeof predictionLog>;

/** Longest text kept of a request, in characters. */
const KEPT_TEXT = 10_000;
/** Most entries of one INSERT. */
const BATCH = 200;
/** Most entries held while the database doesn't answer; beyond, the oldest are given up. */
const HELD = 20_000;

const kept = (text: string | null | undefined) => text?.slice(0, KEPT_TEXT).replaceAll('\0', '') ?? null;

/**
 * Writes predictions down off the request's path, in batches. What is lost when the process is killed is the last interval's
 * entries; closing writes everything.
 */
export class PredictionLog {
  #entries: PredictionEntry[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly db: Queries,
    private readonly onError: (error: unknown) => void,
    private readonly intervalMs = 500,
  ) {}

  add(entry: PredictionEntry): void {
    this.#entries.push({ ...entry, title: kept(entry.title), description: kept(entry.description) });
    if (this.#entries.length > HELD) this.#entries.splice(0, this.#entries.length - HELD);
    if (this.#entries.length === BATCH) void this.flush();
    this.#timer ??= setTimeout(() => void this.flush(), this.intervalMs);
  }

  /** Resolves when everything added so far is written, or given back to be tried again. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#entries.length) {
      const batch = this.#entries.splice(0, BATCH);
      try {
        await this.db.insert(predictions).values(batch).onConflictDoNothing();
      } catch (error) {
        this.#entries.unshift(...batch);
        this.onError(error);
        return;
      }
    }
  }
}

/**
 * Deletes what is older than so many days. What a person judged without listing it as a product stays: data sets made of the
 * catalogue learn from it.
 */
export async function prunePredictions(db: Queries, days: number): Promise<void> {
  const isOld = lt(predictions.at, sql`now() - make_interval(days => ${days})`);
  const isLearntFrom = and(isNotNull(predictions.chosen), isNull(predictions.productId));
  await db.delete(predictions).where(and(isOld, not(isLearntFrom as SQL)));
}

/** Newest first; of one user when given. */
export async function loggedPredictions(
  db: Queries,
  { page, limit, user }: { page: number; limit: number; user?: string | undefined },
): Promise<{ items: LoggedPrediction[]; total: number; page: number; limit: number }> {
  const where: SQL | undefined = and(user === undefined ? undefined : eq(predictions.userId, user));
  const [counted] = await db.select({ total: count() }).from(predictions).where(where);
  const rows = await db
    .select({ prediction: predictions, email: users.email })
    .from(predictions)
    .leftJoin(users, eq(users.id, predictions.userId))
    .where(where)
    .orderBy(desc(predictions.at), predictions.id)
    .limit(limit)
    .offset((page - 1) * limit);
  const items = rows.map(({ prediction, email }) => ({
    id: prediction.id,
    at: prediction.at.toISOString(),
    task: prediction.task,
    modelVersion: prediction.modelVersion,
    user: email ?? prediction.userId,
    title: prediction.title,
    used: prediction.used,
    imageHash: prediction.imageHash,
    predictions: prediction.predictions,
    chosen: prediction.chosen,
    milliseconds: prediction.milliseconds,
  }));
  return { items, total: counted?.total ?? 0, page, limit };
}
