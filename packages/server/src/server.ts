import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { chooseEngine, type EngineSettings, VitrineError } from '@vitrine/models';
import type { FastifyInstance } from 'fastify';
import { Accounts } from './accounts/accounts.js';
import { Audit } from './accounts/audit.js';
import { localPrefix } from './accounts/authentication.js';
import { writeServerFile } from './accounts/local-token.js';
import { Settings } from './accounts/settings.js';
import type { Context, TaskModules } from './context.js';
import { endpoints } from './endpoints.js';
import { registerFeatures } from './features.js';
import { buildApp } from './http/app.js';
import { acceptedHosts } from './http/host.js';
import { openApiDocument } from './http/openapi.js';
import { createRouter } from './http/router.js';
import { checkIdentity } from './platform/blobs/identity.js';
import { openBlobs } from './platform/blobs/open-blobs.js';
import { openDatabase } from './platform/database/database.js';
import { migrate } from './platform/database/migrate.js';
import { keepHeapsSmall } from './platform/heap.js';
import { Jobs } from './platform/jobs/queue.js';
import { openLog } from './platform/log.js';
import { Metrics } from './platform/metrics.js';
import type { SampleShopOrder } from './sample-shop/sample-shop.js';
import { Schedules } from './schedules/schedules.js';
import { trainingQueue } from './training/training.js';

export interface ServerOptions {
  /** Created when it's not there; holds the embedded database, photos, data sets, models. */
  dataDir: string;
  /** PostgreSQL instead of the embedded database. */
  databaseUrl?: string | undefined;
  /** `s3://bucket/prefix`: everything binary goes into this bucket instead of the data directory. */
  blobs?: string | undefined;
  /** 8700 unless said; 0: any free one. */
  port?: number | undefined;
  /** This machine alone unless said. */
  host?: string | undefined;
  /** The built web app. */
  webDir?: string | undefined;
  /** `false`: answer only through `app.inject`. */
  listen?: boolean | undefined;
  /** The first administrator, created when there is no account yet. */
  admin?: { email: string; password: string } | undefined;
  /** The address people use, when a proxy stands before the server. */
  publicUrl?: string | undefined;
  /** Believe X-Forwarded-For and -Proto: only behind a proxy that sets them. */
  trustProxy?: boolean | undefined;
  /** Per address; 0: unlimited, also for sign-ins. */
  requestsPerMinute?: number | undefined;
  /** `false`: don't hold the production models open. */
  serveModels?: boolean | undefined;
  /** How long logged predictions are kept, in days: 90 unless said; 0: for ever. */
  predictionDays?: number | undefined;
  /** `false`: leave trainings to other processes on the database. */
  trains?: boolean | undefined;
  /** Addresses that sites may be collected from beside the public ones: those of test servers. */
  collectFrom?: readonly string[] | undefined;
  /** Bearer token that reads `/metrics` from other machines; without one, only this machine may. */
  metricsToken?: string | undefined;
  /** Whether an empty catalogue gets the sample shop, and how, where it is not the usual. */
  sampleShop?: boolean | Partial<SampleShopOrder> | undefined;
  /** Other files for the processes and threads that train and predict. */
  taskModules?: TaskModules | undefined;
  /** What the numerical engine runs on: the CPU, and all its cores for trainings, unless said. */
  engine?: EngineSettings | undefined;
  logLevel?: 'silent' | 'error' | 'warn' | 'info' | 'debug' | undefined;
}

export interface Server {
  app: FastifyInstance;
  /** Undefined when not listening. */
  url: string | undefined;
  /** Bearer token of the command line on this machine. */
  localToken: string;
  context: Context;
  /** Finishes the requests under way, puts running jobs back into the queue, then closes the database. */
  close(): Promise<void>;
}

export const defaultPort = 8700;
const version = (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string })
  .version;

/** Undoes what was opened, last first; one failure doesn't keep the others from closing. */
class Closers {
  readonly #actions: (() => unknown)[] = [];
  #closing: Promise<void> | undefined;

  add(action: () => unknown): void {
    this.#actions.push(action);
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      const failures: unknown[] = [];
      for (const action of this.#actions.reverse())
        try {
          await action();
        } catch (error) {
          failures.push(error);
        }
      if (failures.length) throw failures[0];
    })();
    return this.#closing;
  }
}

/**
 * Opens a whole server: database migrated, features registered, jobs begun, port open.
 * @throws VitrineError `database.locked` (another server on the data directory), `server.port`, `database.unreachable`,
 *   `engine.setting`, `blobs.unreachable`, `blobs.other`, …
 */
export async function openServer(options: ServerOptions): Promise<Server> {
  const closers = new Closers();
  keepHeapsSmall();
  try {
    return await open(options, closers);
  } catch (error) {
    await closers.close().catch(() => undefined);
    throw error;
  }
}

async function open(options: ServerOptions, closers: Closers): Promise<Server> {
  const dataDir = resolve(options.dataDir);
  makeDataDir(dataDir);
  const log = openLog(options.logLevel);
  const engine = await chooseEngine(options.engine);
  if (engine.note) log.warn(engine.note);
  const database = await openDatabase({ dataDir, url: options.databaseUrl });
  closers.add(() => database.close());
  const migrated = await migrate(database.pool);
  if (migrated.length) log.info({ migrated }, 'database migrated');

  const { db } = database;
  const blobs = await openBlobs(dataDir, options.blobs);
  await checkIdentity(blobs, new Settings(db));
  const metrics = new Metrics();
  closers.add(() => metrics.close());
  const jobs = new Jobs(database, (err) => log.error({ err }, 'job fault'));
  const audit = new Audit(db);
  const localToken = localPrefix + randomBytes(32).toString('base64url');
  const accounts = new Accounts(db, localToken);
  const { webDir, publicUrl, trustProxy = false, requestsPerMinute = 60_000 } = options;
  const hosts = acceptedHosts(options.host, publicUrl);
  const app = await buildApp({
    describe: () => openApiDocument(version, endpoints),
    ...{ log, metrics, webDir, requestsPerMinute, trustProxy, hosts },
  });
  const route = createRouter(app, {
    authenticate: (request, reply) => accounts.authentication.authenticate(request, reply),
    trustedOrigins: publicUrl ? [new URL(publicUrl).origin] : [],
  });
  const starters: (() => void | Promise<void>)[] = [];
  const context: Context = {
    ...{ version, dataDir, database, db, blobs, jobs, app, route, log, metrics, audit },
    instance: randomUUID(),
    behindProxy: trustProxy || publicUrl !== undefined,
    schedules: new Schedules(db, (err) => log.error({ err }, 'schedule fault')),
    readiness: new Map(),
    taskModules: options.taskModules ?? {},
    engine,
    modelHolders: [],
    servesModels: options.serveModels ?? true,
    predictionDays: options.predictionDays ?? 90,
    collectFrom: options.collectFrom ?? [],
    onStart: (action) => void starters.push(action),
    onClose: (action) => closers.add(action),
  };
  const { metricsToken, sampleShop = true } = options;
  await registerFeatures(context, { accounts, metricsToken, wantsSampleShop: sampleShop });
  await app.ready();
  if (options.admin) await accounts.bootstrap(options.admin, audit, log);
  for (const start of starters) await start();
  closers.add(() => jobs.close());
  if (options.trains === false) jobs.leave(trainingQueue);
  await jobs.open();
  closers.add(() => app.close());
  const url = options.listen === false ? undefined : await listen(app, options);
  if (url)
    closers.add(writeServerFile(dataDir, { url, pid: process.pid, instance: context.instance, token: localToken }));
  return { app, url, localToken, context, close: () => closers.close() };
}

function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const reason = (cause as Error).message;
    const sentence = `The data directory can’t be made: ${reason}. Choose another with --data-dir.`;
    throw new VitrineError('server.dataDir', sentence, 400, undefined, { cause });
  }
}

async function listen(
  app: FastifyInstance,
  { port = defaultPort, host = '127.0.0.1' }: ServerOptions,
): Promise<string> {
  try {
    await app.listen({ port, host });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? 'another program uses it' : message;
    const sentence = `Port ${port} on ${host} can’t be opened: ${reason}. Choose another with --port.`;
    throw new VitrineError('server.port', sentence, 409, { port, host }, { cause });
  }
  const address = app.server.address();
  const open = typeof address === 'object' && address ? address.port : port;
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${open}`;
}
