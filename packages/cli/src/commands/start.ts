import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { type CommonOptions, withCommon } from '../command.js';
import { serverOptions } from '../environment.js';
import { whole } from '../input.js';
import { print } from '../output.js';

interface StartOptions extends CommonOptions {
  port?: string;
  host: string;
  sampleShop: boolean;
  training: boolean;
}

/** The built pages, when they are there. */
function webDir(): string | undefined {
  const directory = join(dirname(createRequire(import.meta.url).resolve('@vitrine/web/package.json')), 'dist');
  return existsSync(join(directory, 'index.html')) ? directory : undefined;
}

async function start(options: StartOptions): Promise<void> {
  if (!options.training && !process.env.DATABASE_URL) {
    console.error('Workers train on a PostgreSQL database that they share with the server: set DATABASE_URL.');
    process.exitCode = 2;
    return;
  }
  const pages = webDir();
  const port = options.port ?? process.env.VITRINE_PORT;
  const { openServer } = await import('@vitrine/server');
  const server = await openServer({
    ...serverOptions(options.dataDir),
    host: options.host,
    trains: options.training,
    sampleShop: options.sampleShop && process.env.VITRINE_SAMPLE_SHOP !== 'off',
    ...(pages ? { webDir: pages } : {}),
    ...(port ? { port: whole('--port', port, 0, 65_535) } : {}),
  });
  print(options.json, { url: server.url }, () => {
    console.log(`Vitrine is open at ${server.url}`);
    if (!pages) console.log('The pages are not built: npm run build');
  });
  untilSignal(() => server.close());
}

/** Closes once on Ctrl-C or SIGTERM; a second signal leaves at once. */
function untilSignal(close: () => Promise<void>): void {
  let closing = false;
  const stop = () => {
    if (closing) process.exit(1);
    closing = true;
    void close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

async function work(options: CommonOptions): Promise<void> {
  if (!process.env.DATABASE_URL) {
    console.error(
      'A worker shares a PostgreSQL database with the server: set DATABASE_URL. Without one, `vitrine start` does the work itself.',
    );
    process.exitCode = 2;
    return;
  }
  const { openServer } = await import('@vitrine/server');
  const worker = await openServer({
    ...serverOptions(options.dataDir),
    listen: false,
    serveModels: false,
    sampleShop: false,
  });
  print(options.json, { worker: process.pid }, () =>
    console.log(`Worker ${process.pid} takes jobs. Ctrl-C ends it; an unfinished job goes to another.`),
  );
  const alive = setInterval(() => undefined, 60_000);
  untilSignal(async () => {
    clearInterval(alive);
    await worker.close();
  });
}

/** `vitrine start` and `vitrine worker`. */
export function startCommands(program: Command): void {
  withCommon(program.command('start').description('server, pages and worker in one process'))
    .option('--port <port>', 'port (default: VITRINE_PORT, else 8700)')
    .option('--host <host>', 'address to listen on', process.env.VITRINE_HOST ?? '127.0.0.1')
    .option('--no-sample-shop', 'begin with an empty catalogue')
    .option('--no-training', 'leave trainings to workers (needs DATABASE_URL)')
    .action(start);
  withCommon(program.command('worker').description('one more worker on the same DATABASE_URL')).action(work);
}
