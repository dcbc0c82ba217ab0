import './words.test.fixture.js';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chooseEngine, VitrineError } from '@vitrine/models';
import type { Context } from '../context.js';
import type { Snapshots } from '../datasets/snapshots.js';
import { DatasetStore } from '../datasets/store.js';
import { openBlobs } from '../platform/blobs/open-blobs.js';
import { type Database, openDatabase } from '../platform/database/database.js';
import { migrate } from '../platform/database/migrate.js';
import { Jobs } from '../platform/jobs/queue.js';
import { News } from '../platform/news.js';
import { Registry } from '../registry/registry.js';
import { findRun, type Run, runOf } from '../runs/store.js';
import { ServedModels } from '../serving/served-models.js';
import { weightsFolder } from '../training/config-files.js';
import { SharedCheckpoints } from '../training/shared-checkpoints.js';
import { Training } from '../training/training.js';
import { writeSnapshot } from './snapshot.test.fixture.js';

export const testModules = {
  trainer: new URL('./trainer.test.main.js', import.meta.url),
  predictor: new URL('./predictor.test.worker.js', import.meta.url),
  evaluation: new URL('./evaluation.test.worker.js', import.meta.url),
};

/** The types of things in the tests' data sets: `other` shares rows with `test`, `unrelated` none. */
const testData = { test: ['shirts', 'boots'], other: ['sandals', 'boots'], unrelated: ['hats', 'scarves'] };

/** Writes the tests' data sets below a directory. */
async function testSnapshots(directory: string): Promise<Snapshots> {
  const located = new Map<string, { hash: string; directory: string }>();
  for (const [name, classes] of Object.entries(testData)) {
    const path = join(directory, 'snapshots', name);
    await mkdir(path, { recursive: true });
    const { hash } = await writeSnapshot(path, classes);
    located.set(name, { hash, directory: path });
  }
  return {
    latest: async (name) => {
      const found = located.get(name);
      if (!found) throw new VitrineError('dataset.unknown', `There is no data set "${name}".`, 404);
      return found;
    },
    byHash: async (hash) => [...located.values()].find((location) => location.hash === hash),
  };
}

/** Keeps the tests' data sets in a server, as if they had been imported. */
export async function addTestData({ db, blobs }: Pick<Context, 'db' | 'blobs'>, directory: string): Promise<void> {
  const store = new DatasetStore(db);
  for (const [name, classes] of Object.entries(testData)) {
    const path = join(directory, 'snapshots', name);
    const manifest = await writeSnapshot(path, classes);
    await store.ensure(name, manifest.format);
    await blobs.putDirectory(`datasets/${name}/${manifest.hash}`, path, { move: true });
    await store.addSnapshot(name, manifest, manifest.files.rows.bytes);
  }
}

/** The loop without HTTP: database, blobs, jobs, trainings and registry in one directory. */
export interface Loop {
  database: Database;
  jobs: Jobs;
  served: ServedModels;
  registry: Registry;
  training: Training;
  news: News;
  /** Waits until a run has ended. */
  ended(id: string): Promise<Run>;
  close(): Promise<void>;
}

export interface LoopOptions {
  /** PostgreSQL instead of the embedded database. */
  url?: string | undefined;
  /** A bucket instead of the disk. */
  blobs?: string | undefined;
}

export async function openLoop(directory: string, options: LoopOptions = {}): Promise<Loop> {
  const database = await openDatabase({ dataDir: directory, url: options.url });
  await migrate(database.pool);
  const { db } = database;
  const blobs = await openBlobs(directory, options.blobs);
  const jobs = new Jobs(database, (error) => console.error(error), 100);
  const engine = await chooseEngine({ threads: '1' });
  const served = new ServedModels(engine.answers, { module: testModules.predictor });
  const snapshots = await testSnapshots(directory);
  const shared = { db, snapshots };
  const registry = new Registry({
    ...shared,
    engine: engine.work,
    blobs,
    served,
    evaluationModule: testModules.evaluation,
  });
  const news = new News();
  const training = new Training({
    ...{ ...shared, engine, jobs, registry, news, version: '1.2.3', trainerModule: testModules.trainer },
    directory: join(directory, 'runs'),
    weights: join(directory, weightsFolder),
    checkpoints: new SharedCheckpoints(blobs, 200),
    onFault: (error) => console.error(error),
  });
  await training.reconcile();
  await jobs.open();
  const production = registry.production((_, error) => console.error(error));
  await production.watch(100);
  return {
    ...{ database, jobs, served, registry, training, news },
    async ended(id) {
      for (;;) {
        const run = runOf(await findRun(db, id));
        if (run.state !== 'queued' && run.state !== 'running') return run;
        await sleep(50);
      }
    },
    async close() {
      await jobs.close();
      await production.close();
      await served.close();
      await database.close();
    },
  };
}
