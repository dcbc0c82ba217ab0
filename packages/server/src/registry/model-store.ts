import { type ArtifactSummary, VitrineError } from '@vitrine/models';
import { and, desc, eq, type SQL, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { Queries } from '../platform/database/database.js';
import { runs } from '../runs/tables.js';
import type { modelSchema } from './api.js';
import { models, promotions, type Stage } from './tables.js';

export type Model = z.infer<typeof modelSchema>;
export type ModelRow = typeof models.$inferSelect;

function modelOf(row: ModelRow, runNumber: number | null): Model {
  const { summary, artifact: _, ...model } = row;
  return {
    ...model,
    description: summary.description,
    runNumber,
    metrics: summary.metrics,
    primaryMetric: summary.primaryMetric,
    createdAt: row.createdAt.toISOString(),
    promotedAt: row.promotedAt?.toISOString() ?? null,
  };
}

/** Newest first. */
export async function listModels(
  db: Queries,
  { task, stage }: { task?: string | undefined; stage?: Stage | undefined } = {},
): Promise<Model[]> {
  const filters: SQL[] = [];
  if (task) filters.push(eq(models.task, task));
  if (stage) filters.push(eq(models.stage, stage));
  const rows = await db
    .select({ model: models, runNumber: runs.number })
    .from(models)
    .leftJoin(runs, eq(runs.id, models.runId))
    .where(and(...filters))
    .orderBy(desc(models.createdAt), desc(models.version));
  return rows.map(({ model, runNumber }) => modelOf(model, runNumber));
}

export async function describeModel(db: Queries, row: ModelRow): Promise<Model> {
  const [run] = row.runId ? await db.select({ number: runs.number }).from(runs).where(eq(runs.id, row.runId)) : [];
  return modelOf(row, run?.number ?? null);
}

/**
 * @param reference an id, `classify@3`, or `classify` for the one in production.
 * @throws VitrineError `model.unknown` (404), `model.none` (409) when the task has none in production.
 */
export async function findModel(db: Queries, reference: string): Promise<ModelRow> {
  const versioned = /^(\w+)@v?(\d{1,9})$/.exec(reference);
  const [row] = await db
    .select()
    .from(models)
    .where(
      versioned
        ? and(eq(models.task, versioned[1] as string), eq(models.version, Number(versioned[2])))
        : eq(models.id, reference),
    );
  const found = row ?? (await productionModel(db, reference));
  if (found) return found;
  const [ofTask] = await db.select({ id: models.id }).from(models).where(eq(models.task, reference)).limit(1);
  if (ofTask)
    throw new VitrineError(
      'model.none',
      `No ${reference} model is in production; promote one or name its version.`,
      409,
    );
  throw new VitrineError('model.unknown', `There is no model "${reference}"; see the list of models.`, 404);
}

export async function productionModel(db: Queries, task: string): Promise<ModelRow | undefined> {
  const [row] = await db
    .select()
    .from(models)
    .where(and(eq(models.task, task), eq(models.stage, 'production')));
  return row;
}

/** The model a run made, if it got that far. */
export async function modelOfRun(db: Pick<Queries, 'select'>, runId: string): Promise<ModelRow | undefined> {
  const [row] = await db.select().from(models).where(eq(models.runId, runId));
  return row;
}

/** Adds a version, numbered after the task's last; a run's version that is there already stays the only one. */
export async function insertModel(
  db: Queries,
  model: {
    id: string;
    summary: ArtifactSummary;
    artifact: string;
    bytes: number;
    runId: string | null;
    dataset: string | null;
  },
): Promise<ModelRow> {
  const { task, trainedOn } = model.summary;
  return db.transaction(async (transaction) => {
    await lockModels(transaction, task);
    const known = model.runId === null ? undefined : await modelOfRun(transaction, model.runId);
    if (known) return known;
    const [last] = await transaction
      .select({ version: models.version })
      .from(models)
      .where(eq(models.task, task))
      .orderBy(desc(models.version))
      .limit(1);
    const [row] = await transaction
      .insert(models)
      .values({ ...model, task, version: (last?.version ?? 0) + 1, snapshot: trainedOn.snapshot })
      .returning();
    return row as ModelRow;
  });
}

/** Until the transaction ends, no other process adds or promotes a version of the task. */
async function lockModels(transaction: Pick<Queries, 'execute'>, task: string): Promise<void> {
  await transaction.execute(sql`SELECT pg_advisory_xact_lock(hashtext(${`models ${task}`}))`);
}

/** How a promotion came about. */
export interface PromotionRecord {
  by: string | null;
  forced?: boolean;
  rollback?: boolean;
  /** The version in production that it was found no worse than; null: there was none; undefined: it need not be. */
  beaten?: string | null | undefined;
}

/**
 * Puts a version into production and the one before out of it, as one step; one that is there already stays.
 * @throws VitrineError `model.overtaken` (409) when another than the one it was compared with is in production by now
 */
export async function commitPromotion(
  db: Queries,
  model: ModelRow,
  { by, forced = false, rollback = false, beaten }: PromotionRecord,
): Promise<void> {
  await db.transaction(async (transaction) => {
    await lockModels(transaction, model.task);
    const current = (await productionModel(transaction, model.task))?.id ?? null;
    if (current === model.id) return;
    if (beaten !== undefined && current !== beaten)
      throw new VitrineError(
        'model.overtaken',
        'Another version went into production meanwhile; promote this one again.',
        409,
      );
    const [previous] = await transaction
      .update(models)
      .set({ stage: 'retired' })
      .where(and(eq(models.task, model.task), eq(models.stage, 'production')))
      .returning({ id: models.id });
    const promoted = await transaction
      .update(models)
      .set({ stage: 'production', promotedAt: new Date(), promotedBy: by })
      .where(eq(models.id, model.id))
      .returning({ id: models.id });
    if (!promoted.length) throw new VitrineError('model.unknown', 'The model was deleted meanwhile.', 404);
    await transaction
      .insert(promotions)
      .values({ task: model.task, modelId: model.id, previousId: previous?.id ?? null, by, forced, rollback });
  });
}

/** The version that was in production before the present one. @throws VitrineError `model.noPrevious` (409) */
export async function previousModel(db: Queries, task: string): Promise<ModelRow> {
  const nothing = new VitrineError('model.noPrevious', `No earlier ${task} model is there to go back to.`, 409);
  let id: string | null | undefined = (await productionModel(db, task))?.id;
  for (const seen = new Set<string>(); id && !seen.has(id); ) {
    seen.add(id);
    const [promotion] = await db
      .select({ previousId: promotions.previousId })
      .from(promotions)
      .where(and(eq(promotions.modelId, id), eq(promotions.rollback, false)))
      .orderBy(desc(promotions.id))
      .limit(1);
    id = promotion?.previousId;
    const [row] = id ? await db.select().from(models).where(eq(models.id, id)) : [];
    if (row) return row;
  }
  throw nothing;
}
