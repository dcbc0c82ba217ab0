import { rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type QualityReport, VitrineError } from '@vitrine/models';
import { inArray } from 'drizzle-orm';
import { z } from 'zod';
import type { BlobStore } from '../platform/blobs/blob-store.js';
import type { Database } from '../platform/database/database.js';
import { type Job, JobCancelled, type JobContext, type OpenJob } from '../platform/jobs/job.js';
import type { JobKind, Jobs } from '../platform/jobs/queue.js';
import { jobs as jobsTable } from '../platform/jobs/tables.js';
import { type datasetSchema, formatSchema, importOptions } from './api.js';
import { CATALOGUE_FILE, CATEGORIES_FILE, exportCatalogue } from './catalogue-export.js';
import type { Folders } from './folders.js';
import type { ImportOrder } from './importing/import-file.js';
import { checkInThread, importInThread, verifyInThread } from './importing/threads.js';
import type { Located } from './rows/browse.js';
import type { SnapshotLocation, Snapshots } from './snapshots.js';
import { DatasetStore, type StoredDataset } from './store.js';

const fileInput = z.object({
  name: z.string(),
  format: formatSchema,
  path: z.string(),
  options: importOptions,
  absolutePaths: z.boolean(),
});
type FileInput = z.infer<typeof fileInput>;
const catalogueInput = z.object({ name: z.string() });
type CatalogueInput = z.infer<typeof catalogueInput>;

export type Dataset = z.infer<typeof datasetSchema>;

/** What an import's job ends with. */
interface ImportResult {
  dataset: string;
  snapshot: string;
  rows: number;
  rejected: number;
  splits: { train: number; validation: number; test: number };
}

const DAY_MS = 86_400_000;
/** How a data set made of the catalogue is named among the formats. */
const CATALOGUE = 'catalogue';
/** Snapshots of the catalogue that are kept whatever learnt from them. */
const KEPT_SNAPSHOTS = 5;
/** What a snapshot is called in the blob store; the same rows may be in several data sets. */
/** Codes of errors that say that what is kept is not what was. */
const DAMAGE = new Set(['data.snapshot', 'blob.corrupt']);

const snapshotName = (dataset: string, hash: string) => `datasets/${dataset}/${hash}`;

/** Data sets: imported by durable jobs, kept as immutable snapshots, read by trainings. */
export class Datasets implements Snapshots {
  readonly #store: DatasetStore;
  readonly #fromFile: JobKind<FileInput>;
  readonly #fromCatalogue: JobKind<CatalogueInput>;

  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly blobs: BlobStore,
    private readonly folders: Folders,
  ) {
    this.#store = new DatasetStore(database.db);
    const queue = 'datasets';
    this.#fromFile = jobs.define({
      ...{ kind: 'dataset.import', queue, input: fileInput, local: true },
      handler: (context: JobContext<FileInput>) => this.#importFile(context),
    });
    this.#fromCatalogue = jobs.define({
      ...{ kind: 'dataset.catalogue', queue, input: catalogueInput },
      handler: (context: JobContext<CatalogueInput>) => this.#importCatalogue(context),
    });
  }

  /**
   * Starts the import of a file on this machine; into an existing data set, it becomes the newest snapshot. The same
   * import under way is answered instead of a second one, and what a process left that was killed goes on this way; where
   * it was left and is ordered otherwise now, it gives way.
   * @throws VitrineError `dataset.importing` (409) while another import into it is under way
   */
  async startImport(input: FileInput, userId: string | null): Promise<Job> {
    const open = await this.#importInto(input.name);
    if (open?.isHere && (await isSameImport(open, input))) return open.job;
    if (open && !(open.isLeft && input.absolutePaths && isOfThisMachine(open))) throw importing(input.name, open.job);
    if (open) await this.jobs.cancel(open.job.id);
    await this.#store.ensure(input.name, input.format);
    const job = await this.#fromFile.start(input, userId);
    await this.#store.noteJob(input.name, job.id);
    return job;
  }

  /**
   * Starts making a data set of the catalogue as it stands.
   * @param once the job's id: a second call with it starts nothing, and answers the same job
   * @throws VitrineError `dataset.importing` (409)
   */
  async startCatalogue(name: string, userId: string | null, once?: string): Promise<Job> {
    const started = once === undefined ? undefined : await this.jobs.find(once);
    if (started) return started;
    const open = await this.#importInto(name);
    if (open) throw importing(name, open.job);
    await this.#store.ensure(name, CATALOGUE);
    const job = await (once === undefined
      ? this.#fromCatalogue.start({ name }, userId)
      : this.#fromCatalogue.startOnce(once, { name }));
    await this.#store.noteJob(name, job.id);
    return job;
  }

  async list(): Promise<Dataset[]> {
    return Promise.all((await this.#store.list()).map((stored) => this.#describe(stored)));
  }

  /** @throws VitrineError `dataset.unknown` (404) */
  async get(name: string): Promise<Dataset> {
    return this.#describe(await this.#store.get(name));
  }

  /** Cancels its import, then removes rows and files. @throws VitrineError `dataset.unknown` (404) */
  async delete(name: string): Promise<void> {
    const { jobId } = await this.#store.get(name);
    if (jobId) await this.jobs.cancel(jobId);
    for (const hash of await this.#store.delete(name)) await this.blobs.deleteDirectory(snapshotName(name, hash));
  }

  /**
   * Removes old snapshots of data sets made of the catalogue, which every night may add to: the newest few stay, and those
   * that are needed.
   */
  async prune(needed: ReadonlySet<string>): Promise<void> {
    for (const { name, format } of await this.#store.list()) {
      if (format !== CATALOGUE) continue;
      const gone = await this.#store.prune(name, KEPT_SNAPSHOTS, needed);
      for (const hash of gone) await this.blobs.deleteDirectory(snapshotName(name, hash));
    }
  }

  /** The newest snapshot. @throws VitrineError `dataset.unknown` (404), `dataset.empty` (409) */
  async newest(name: string): Promise<Located> {
    const { newest } = await this.#store.get(name);
    if (!newest)
      throw new VitrineError(
        'dataset.empty',
        `The data set "${name}" has no rows yet: wait for its import, or import it again if that failed.`,
        409,
      );
    const { hash, manifest } = newest;
    return { hash, manifest, directory: await this.blobs.openDirectory(snapshotName(name, hash)) };
  }

  async latest(dataset: string): Promise<SnapshotLocation> {
    const { hash, directory } = await this.newest(dataset);
    return { hash, directory };
  }

  async byHash(hash: string): Promise<SnapshotLocation | undefined> {
    const found = await this.#store.byHash(hash);
    return found && { hash, directory: await this.blobs.openDirectory(snapshotName(found.dataset, hash)) };
  }

  async check(name: string): Promise<QualityReport> {
    const { directory } = await this.newest(name);
    return checkInThread(directory);
  }

  /** What a killed server left half-done goes, unless its job will be taken up again. */
  async sweep(): Promise<void> {
    const open = await this.database.db
      .select({ id: jobsTable.id, input: jobsTable.input })
      .from(jobsTable)
      .where(inArray(jobsTable.state, ['queued', 'running']));
    const named = JSON.stringify(open);
    // Another process on the database may be receiving files in this very directory.
    const untouchedMs = this.database.kind === 'embedded' ? 0 : DAY_MS;
    await this.folders.sweep((path) => named.includes(path.slice(dirname(path).length + 1)), untouchedMs);
  }

  /** The import into a data set that is under way. */
  async #importInto(name: string): Promise<OpenJob | undefined> {
    const known = await this.#store.find(name);
    return known?.jobId ? this.jobs.findOpen(known.jobId) : undefined;
  }

  async #importFile({ id, input, signal, progress }: JobContext<FileInput>): Promise<ImportResult> {
    const order = { ...input, origin: input.format };
    return this.#import(order, { id, signal, progress }, this.folders.inboxOf(input.path));
  }

  async #importCatalogue({ id, input, signal, progress }: JobContext<CatalogueInput>): Promise<ImportResult> {
    const { name } = input;
    const inbox = join(this.folders.scratch(id), 'catalogue');
    progress({ message: 'reading the catalogue' });
    await rm(inbox, { recursive: true, force: true });
    await exportCatalogue(this.database.db, this.blobs, inbox, signal);
    const options = { names: join(inbox, CATEGORIES_FILE) };
    const order = {
      name,
      origin: CATALOGUE,
      format: 'products',
      path: join(inbox, CATALOGUE_FILE),
      options,
    } as const;
    return this.#import({ ...order, absolutePaths: false }, { id, signal, progress });
  }

  /** @param inbox folder of files of ours, not needed any more once the import has ended, unless it will be resumed */
  async #import(
    order: Omit<ImportOrder, 'temporary' | 'snapshots'>,
    { id, signal, progress }: Pick<JobContext<unknown>, 'id' | 'signal' | 'progress'>,
    inbox?: string,
  ): Promise<ImportResult> {
    const scratch = this.folders.scratch(id);
    const startedAt = Date.now();
    let resumed = false;
    try {
      const { directory, manifest } = await importInThread(
        { ...order, temporary: join(scratch, 'work'), snapshots: join(scratch, 'finished') },
        {
          signal,
          onProgress: ({ phase, rows, fraction }) => {
            const perSecond = Math.round((rows / Math.max(1, Date.now() - startedAt)) * 1000);
            progress({
              fraction,
              message:
                phase === 'reading'
                  ? `${rows} rows read, ${perSecond} a second`
                  : `${phase} ${rows} ${phase === 'unpacking' ? 'files' : 'rows'}`,
            });
          },
        },
      );
      const bytes = manifest.files.rows.bytes + (manifest.files.images?.bytes ?? 0);
      const place = snapshotName(order.name, manifest.hash);
      // The same rows again: what is there may be being read.
      if (!(await this.#isThere(place, signal))) await this.blobs.putDirectory(place, directory, { move: true });
      if (!(await this.#store.addSnapshot(order.name, manifest, bytes))) {
        await this.blobs.deleteDirectory(place);
        throw new VitrineError('dataset.unknown', `The data set "${order.name}" was deleted during its import.`, 409);
      }
      const { hash, rows, rejected, splits } = manifest;
      return { dataset: order.name, snapshot: hash, rows, rejected, splits };
    } catch (error) {
      resumed = signal.aborted && !(signal.reason instanceof JobCancelled);
      throw error;
    } finally {
      await rm(scratch, { recursive: true, force: true });
      if (inbox && !resumed) await rm(inbox, { recursive: true, force: true });
    }
  }

  /** Whether a snapshot is kept already; one that was damaged goes. */
  async #isThere(place: string, signal: AbortSignal): Promise<boolean> {
    if (!(await this.blobs.hasDirectory(place))) return false;
    try {
      await verifyInThread(await this.blobs.openDirectory(place), signal);
      return true;
    } catch (error) {
      if (!(error instanceof VitrineError && DAMAGE.has(error.code))) throw error;
      await this.blobs.deleteDirectory(place);
      return false;
    }
  }

  async #describe({ name, format, jobId, newest, ...stored }: StoredDataset): Promise<Dataset> {
    const job = jobId ? await this.jobs.get(jobId).catch(() => undefined) : undefined;
    const { manifest, hash = null, bytes = 0 } = newest ?? {};
    return {
      name,
      format,
      snapshot: hash,
      snapshots: stored.snapshots,
      rows: manifest?.rows ?? 0,
      rejected: manifest?.rejected ?? 0,
      splits: manifest?.splits ?? { train: 0, validation: 0, test: 0 },
      fields: manifest?.fields ?? { title: 0, description: 0, image: 0, label: 0 },
      classes: manifest?.classes ?? [],
      bytes,
      importing: job && job.state !== 'succeeded' ? job : null,
      createdAt: stored.createdAt.toISOString(),
      updatedAt: stored.updatedAt.toISOString(),
    };
  }
}

function importing(name: string, job: Job): VitrineError {
  const sentence = `An import into "${name}" is under way: wait for it (where no server runs, \`vitrine start\` finishes it), cancel it, or choose another name.`;
  return new VitrineError('dataset.importing', sentence, 409, { job: job.id });
}

/** Whether an import was ordered with a path on the server's machine, by whoever may name any: no upload, no catalogue. */
function isOfThisMachine({ input, isHere }: OpenJob): boolean {
  return isHere && fileInput.safeParse(input).data?.absolutePaths === true;
}

/** Whether an open import will end with what is ordered now: the same order, of files that have not changed since. */
async function isSameImport({ job, input, isLeft }: OpenJob, order: FileInput): Promise<boolean> {
  // As the database gives it back: without the options that are undefined.
  if (!isDeepStrictEqual(input, JSON.parse(JSON.stringify(order)))) return false;
  const { labels, names, images } = order.options;
  const paths = [order.path, labels, names, images].filter((path) => path !== undefined);
  const found = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
  // What a folder holds is read when the import begins: one that was left begins again.
  return found.every(
    (stats) =>
      stats === undefined ||
      (stats.isDirectory() ? isLeft : Math.max(stats.mtimeMs, stats.ctimeMs) <= Date.parse(job.createdAt)),
  );
}
