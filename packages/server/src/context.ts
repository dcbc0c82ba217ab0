import type { EngineChoice } from '@vitrine/models';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { Audit } from './accounts/audit.js';
import type { Route } from './http/router.js';
import type { BlobStore } from './platform/blobs/blob-store.js';
import type { Database, Queries } from './platform/database/database.js';
import type { Jobs } from './platform/jobs/queue.js';
import type { Metrics } from './platform/metrics.js';
import type { Schedules } from './schedules/schedules.js';

/** Files of the processes and threads that know the tasks; other ones may know further tasks. */
export interface TaskModules {
  trainer?: URL;
  predictor?: URL;
  evaluation?: URL;
}

/** A model held open to answer, for `/system`. */
export interface HeldModel {
  task: string;
  version: number;
  ready: boolean;
}

/** What the platform gives to every feature. */
export interface Context {
  version: string;
  /** Tells this server from any other one. */
  instance: string;
  /** Whether others may reach it through a program on this machine. */
  behindProxy: boolean;
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
  /** What the numerical engine runs on. */
  engine: EngineChoice;
  /** For `/system`: whoever holds models open says which. */
  modelHolders: (() => HeldModel[])[];
  /** False where nobody will ask for predictions: the command line's own short-lived server. */
  servesModels: boolean;
  /** Addresses that sites may be collected from beside the public ones: those of test servers. */
  collectFrom: readonly string[];
  /** Predictions are kept for so long; 0: for ever. */
  predictionDays: number;
  /** Called once all features are registered and the database is ready; after it jobs begin. */
  onStart(action: () => void | Promise<void>): void;
  /** Called in reverse order when the server closes, while the database is still open. */
  onClose(action: () => void | Promise<void>): void;
}
