import { createHash } from 'node:crypto';
import { type ArtifactSummary, type Engine, taskNamed, VitrineError } from '@vitrine/models';
import { and, eq, ne } from 'drizzle-orm';
import type { Snapshots } from '../datasets/snapshots.js';
import type { BlobStore } from '../platform/blobs/blob-store.js';
import type { Queries } from '../platform/database/database.js';
import { newId } from '../platform/id.js';
import { runs } from '../runs/tables.js';
import type { ServedModels } from '../serving/served-models.js';
import { readSummary, verifyArtifact } from './artifact.js';
import { type Evaluation, type EvaluationOrder, evaluateArtifact, type Measured } from './evaluation.js';
import { type Comparison, type GateBasis, gateRefusal } from './gate.js';
import {
  commitPromotion,
  describeModel,
  findModel,
  insertModel,
  type Model,
  type ModelRow,
  modelOfRun,
  type PromotionRecord,
  previousModel,
  productionModel,
} from './model-store.js';
import { holdsTestRows } from './overlap.js';
import { Production } from './production.js';
import { models } from './tables.js';

export interface RegistryOptions {
  db: Queries;
  blobs: BlobStore;
  served: ServedModels;
  snapshots: Snapshots;
  engine: Partial<Engine>;
  /** Another file for evaluations' threads may know further tasks. */
  evaluationModule?: URL;
}

/** Who promotes, and how. `by` is a person's name for the record. */
export interface Promotion {
  by: string | null;
  /** Past the gate. */
  force?: boolean;
  /** What `compare` said: the gate takes it for measured while the same version is in production. */
  compared?: Comparison;
}

interface Watching {
  signal?: AbortSignal;
  onProgress?(fraction: number): void;
}

/** How often a promotion that another one overtook is begun anew. */
const ATTEMPTS = 3;

const inProduction = () =>
  new VitrineError('model.inProduction', 'This version is in production; promote another one first.', 409);

/** Model versions: their artifacts, their stages, and what is in production. */
export class Registry {
  constructor(private readonly options: RegistryOptions) {}

  /**
   * Takes a finished training's artifact as the task's next version. A run gives one version, however often this is called.
   * @param options.move the directory is not needed any more
   * @throws ArtifactError when a file doesn't match the summary.
   */
  async register(
    directory: string,
    summary: ArtifactSummary,
    origin: { runId: string | null; dataset: string | null },
    { move = false } = {},
  ): Promise<ModelRow> {
    const { db, blobs } = this.options;
    const known = origin.runId === null ? undefined : await modelOfRun(db, origin.runId);
    if (known) return known;
    const bytes = await verifyArtifact(directory, summary);
    const id = newId();
    // Named after its run and content: a registration repeated after a crash replaces what the first left, and of two
    // workers that both take the run for theirs, neither replaces what the other registered.
    const content = createHash('sha256').update(JSON.stringify(summary.files)).digest('hex').slice(0, 16);
    const artifact = `models/${origin.runId ?? id}-${content}`;
    await blobs.putDirectory(artifact, directory, { move });
    const row = await insertModel(db, { id, summary, artifact, bytes, ...origin });
    if (row.artifact !== artifact) await blobs.deleteDirectory(artifact);
    return row;
  }

  /** The version a run has made, if it got that far. */
  modelOfRun(runId: string): Promise<ModelRow | undefined> {
    return modelOfRun(this.options.db, runId);
  }

  /** Registers an exported artifact. @throws ArtifactError */
  async import(directory: string): Promise<Model> {
    const summary = await readSummary(directory);
    const row = await this.register(directory, summary, { runId: null, dataset: null });
    return describeModel(this.options.db, row);
  }

  /** The artifact's directory on this machine, checked file by file. @throws ArtifactError, VitrineError `model.unknown` */
  async locate(reference: string): Promise<{ model: Model; directory: string }> {
    const row = await findModel(this.options.db, reference);
    return { model: await describeModel(this.options.db, row), directory: await this.#directoryOf(row) };
  }

  async get(reference: string): Promise<Model> {
    const { db } = this.options;
    return describeModel(db, await findModel(db, reference));
  }

  /**
   * Puts a version into production: gate, open, record, route, in this order, so that a kill in between leaves one model in
   * production and a failure leaves the old one.
   * @throws VitrineError `model.gate` (409), `model.overtaken` (409), ArtifactError
   */
  async promote(reference: string, { by, force = false, compared }: Promotion): Promise<Model> {
    const { db } = this.options;
    const row = await findModel(db, reference);
    if (row.stage === 'production') return describeModel(db, row);
    const directory = await this.#directoryOf(row);
    for (let attempt = 1; ; attempt++) {
      const beaten = force ? undefined : await this.#passGate(row, compared);
      try {
        return await this.#putIntoProduction(row, directory, { by, forced: force, beaten });
      } catch (error) {
        // It is compared anew with the version that came first.
        const overtaken = error instanceof VitrineError && error.code === 'model.overtaken';
        if (!overtaken || attempt === ATTEMPTS) throw error;
      }
    }
  }

  /** Back to the version that was in production before. @throws VitrineError `model.noPrevious` (409), ArtifactError */
  async rollback(task: string, by: string | null): Promise<Model> {
    const row = await previousModel(this.options.db, task);
    return this.#putIntoProduction(row, await this.#directoryOf(row), { by, rollback: true });
  }

  /** @throws VitrineError `model.inProduction` (409), `model.unknown` */
  async remove(reference: string): Promise<Model> {
    const { db, blobs } = this.options;
    const row = await findModel(db, reference);
    if (row.stage === 'production') throw inProduction();
    const model = await describeModel(db, row);
    // The stage is asked again: it may be promoted meanwhile.
    const gone = and(eq(models.id, row.id), ne(models.stage, 'production'));
    if (!(await db.delete(models).where(gone).returning({ id: models.id })).length) throw inProduction();
    await db.update(runs).set({ modelId: null }).where(eq(runs.modelId, row.id));
    await blobs.deleteDirectory(row.artifact);
    return model;
  }

  /**
   * Metrics of a version on a data set, and whether it has learnt from those rows.
   * @throws VitrineError `model.unknown`, `dataset.unknown`; the data's own error.
   */
  async evaluate(
    reference: string,
    { dataset, split }: { dataset: string; split: EvaluationOrder['split'] },
    options: Watching = {},
  ): Promise<Measured> {
    const row = await findModel(this.options.db, reference);
    const snapshot = await this.options.snapshots.latest(dataset);
    const learntFrom = await this.#hasLearntFrom(row, dataset, snapshot.directory, split);
    const evaluation = await this.#evaluate(row, await this.#directoryOf(row), snapshot.directory, split, options);
    const isOwnTest = row.snapshot === snapshot.hash && split === 'test';
    return { ...evaluation, learntFrom, recorded: learntFrom && isOwnTest ? row.summary.metrics : null };
  }

  /**
   * A version beside the one in production: on the candidate's test split, or each on its own where the one in production
   * has learnt from rows of it.
   * @throws VitrineError `model.unknown` (404), ArtifactError
   */
  async compare(reference: string, watching: Watching = {}): Promise<Comparison> {
    const row = await findModel(this.options.db, reference);
    return this.#compare(row, await productionModel(this.options.db, row.task), watching);
  }

  /** @throws VitrineError `dataset.unknown` (404) */
  async checkDataset(dataset: string): Promise<void> {
    await this.options.snapshots.latest(dataset);
  }

  /** What keeps the models in production open in this process. */
  production(onError: (model: ModelRow, error: unknown) => void): Production {
    const { db, blobs, served } = this.options;
    return new Production({ db, blobs, served, locate: (row) => this.#directoryOf(row), onError });
  }

  async #putIntoProduction(row: ModelRow, directory: string, promotion: PromotionRecord): Promise<Model> {
    const { db, served } = this.options;
    await served.swap(row, directory, () => commitPromotion(db, row, promotion));
    return this.get(row.id);
  }

  async #directoryOf(row: ModelRow): Promise<string> {
    const directory = await this.options.blobs.openDirectory(row.artifact);
    await verifyArtifact(directory, row.summary);
    return directory;
  }

  /** @returns the version in production that it was compared with, or null. @throws VitrineError `model.gate` (409) */
  async #passGate(candidate: ModelRow, compared: Comparison | undefined): Promise<string | null> {
    const production = await productionModel(this.options.db, candidate.task);
    const isCurrent = compared && compared.productionId === (production?.id ?? null);
    const refusal = gateRefusal(
      taskNamed(candidate.task),
      isCurrent ? compared : await this.#compare(candidate, production),
    );
    if (refusal) throw refusal;
    return production?.id ?? null;
  }

  async #compare(candidate: ModelRow, production: ModelRow | undefined, watching: Watching = {}): Promise<Comparison> {
    const { snapshots } = this.options;
    const task = taskNamed(candidate.task);
    const metric = task.metric.name;
    const objection = task.objection?.(candidate.summary.metrics);
    const recorded = (row: ModelRow) => row.summary.metrics[metric] ?? null;
    const beside = (value: number | null, basis: GateBasis): Comparison => ({
      ...{ metric, candidate: recorded(candidate), production: value, basis, productionId: production?.id ?? null },
      ...(objection === undefined ? {} : { objection }),
    });
    if (!production) return beside(null, 'same');
    if (candidate.snapshot === null) {
      return {
        ...beside(recorded(production), 'same'),
        candidate: await this.#onTestOf(production, candidate, watching),
      };
    }
    if (candidate.snapshot === production.snapshot) return beside(recorded(production), 'same');
    if (await this.#hasSeenTest(production, candidate)) return beside(recorded(production), 'own');
    const snapshot = candidate.snapshot === null ? undefined : await snapshots.byHash(candidate.snapshot);
    if (!snapshot) return beside(null, 'same');
    const place = await this.#directoryOf(production);
    const { metrics } = await this.#evaluate(production, place, snapshot.directory, 'test', watching);
    return beside(metrics[metric] ?? null, 'same');
  }

  /** A model that was trained elsewhere, on the test split of another; null where that is gone. */
  async #onTestOf(tested: ModelRow, imported: ModelRow, watching: Watching): Promise<number | null> {
    const snapshot = tested.snapshot === null ? undefined : await this.options.snapshots.byHash(tested.snapshot);
    if (!snapshot) return null;
    const place = await this.#directoryOf(imported);
    const { metrics } = await this.#evaluate(imported, place, snapshot.directory, 'test', watching);
    return metrics[taskNamed(imported.task).metric.name] ?? null;
  }

  /**
   * Whether a model's final fit took in rows that another is tested on: measured there it would look better than it is, so
   * that only what was recorded before that fit is fair. A model of unrelated data has not.
   */
  async #hasSeenTest(model: ModelRow, tested: ModelRow): Promise<boolean> {
    if (!model.summary.trainedOn.splits.includes('test')) return false;
    if (model.dataset !== null && model.dataset === tested.dataset) return true;
    const { snapshots } = this.options;
    const own = model.snapshot === null ? undefined : await snapshots.byHash(model.snapshot);
    const other = tested.snapshot === null ? undefined : await snapshots.byHash(tested.snapshot);
    return own !== undefined && other !== undefined && (await holdsTestRows(own.directory, other.directory));
  }

  async #hasLearntFrom(
    model: ModelRow,
    dataset: string,
    directory: string,
    split: EvaluationOrder['split'],
  ): Promise<boolean> {
    const { splits } = model.summary.trainedOn;
    if (model.dataset === dataset) return split === 'all' || splits.includes(split);
    if (!splits.includes('test') || model.snapshot === null) return false;
    const own = await this.options.snapshots.byHash(model.snapshot);
    return own !== undefined && (await holdsTestRows(own.directory, directory));
  }

  #evaluate(
    row: ModelRow,
    directory: string,
    snapshotDir: string,
    split: EvaluationOrder['split'],
    options: Watching = {},
  ): Promise<Evaluation> {
    const { engine, evaluationModule } = this.options;
    return evaluateArtifact(
      { task: row.task, directory, snapshotDir, split, engine },
      { ...options, ...(evaluationModule ? { module: evaluationModule } : {}) },
    );
  }
}
