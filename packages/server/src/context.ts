import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { Audit } from './accounts/audit.js';
import type { Collect } from './collect/collect.js';
import type { Datasets } from './datasets/service.js';
import type { Snapshots } from './datasets/snapshots.js';
import type { Route } from './http/router.js';
import type { BlobStore } from './platform/blobs/blob-store.js';
import type { Database, Queries } from './platform/database/database.js';
import type { Job } from './platform/jobs/job.js';
import type { Jobs } from './platform/jobs/queue.js';
import type { Metrics } from './platform/metrics.js';
import type { Registry } from './registry/registry.js';
import type { SampleShopOrder } from './sample-shop/sample-shop.js';
import type { Schedules } from './schedules/schedules.js';
import type { EmbeddingJob } from './similarity/embedding-job.js';
import type { Training } from './training/training.js';

export interface SampleShopState {
  state: 'absent' | 'preparing' | 'training' | 'similar' | 'ready' | 'failed';
  runId: string | null;
  message: string;
}

/** Files of the processes and threads that know the tasks; other ones may know further tasks. */
export interface TaskModules {
  trainer?: URL;
  predictor?: URL;
  evaluation?: URL;
}

/** What features offer to those that are wired after them. */
export interface Services {
  datasets: Datasets;
  training: Training;
  registry: Registry;
  collect: Collect;
  embedding: EmbeddingJob;
}

/** What the platform gives to a feature, and where features meet. */
export interface Context {
  version: string;
  dataDir: string;
  database: Database;
  db: Queries;
  blobs: BlobStore;
  jobs: Jobs;
  /** Where features say what can be started by the clock. */
  schedules: Schedules;
  app: FastifyInstance;
  /** Registers the handler of an endpoint. */
  route: Route;
  log: FastifyBaseLogger;
  metrics: Metrics;
  audit: Audit;
  /** `/readyz` answers 503 while any of these says no. */
  readiness: Map<string, () => boolean | Promise<boolean>>;
  taskModules: TaskModules;
  services: Partial<Services>;
  /** Where the data sets' snapshots lie. */
  snapshots: Snapshots;
  /** Starts a job that makes a data set of the catalogue as it stands. */
  snapshotCatalogue: (name: string) => Promise<Job>;
  /** For `/system`: the models held open. */
  loadedModels: () => { task: string; version: number; ready: boolean }[];
  /** For the first-run wizard. */
  sampleShop: () => SampleShopState | Promise<SampleShopState>;
  /** False where nobody will ask for predictions: the command line's own short-lived server. */
  servesModels: boolean;
  /** Addresses that sites may be collected from beside the public ones: those of test servers. */
  collectFrom: readonly string[];
  /** Predictions are kept for so long; 0: for ever. */
  predictionDays: number;
  /** Whether the sample shop is wanted at first start, and how, where it is not the usual. */
  wantsSampleShop: boolean | Partial<SampleShopOrder>;
  /** Called once all features are registered and the database is ready; after it jobs begin. */
  onStart(action: () => void | Promise<void>): void;
  /** Called in reverse order when the server closes, while the database is still open. */
  onClose(action: () => void | Promise<void>): void;
}

/** A service of a feature that is wired before the one that asks. */
export function service<Name extends keyof Services>({ services }: Context, name: Name): Services[Name] {
  const found = services[name];
  if (!found) throw new Error(`No feature before this one offers ${name}.`);
  return found as Services[Name];
}

/** Wires one capability: its routes, jobs and hooks. */
export type Feature = (context: Context) => void | Promise<void>;
