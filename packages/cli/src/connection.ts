import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createVitrineClient, type VitrineClient } from '@vitrine/client';
import { VitrineError } from '@vitrine/models/errors';
import { dataDirOf } from './data-dir.js';
import { serverOptions } from './environment.js';

/** A way to the product on one data directory, whether or not its server runs. */
export interface Connection {
  client: VitrineClient;
  dataDir: string;
  /** True when a running server answers; false when this process opened the data directory itself. */
  remote: boolean;
  close(): Promise<void>;
}

/** How long a command waits for another one that has the data directory open. */
const PATIENCE_MS = 30_000;
const LOOK_MS = 300;

/**
 * Reaches the running server of the data directory, or opens the directory in this process.
 * Both answer the same HTTP API, so that a command has one code path.
 * @param share for what takes long: other commands go through this process meanwhile, as through a server
 * @throws VitrineError when the directory can't be opened (locked by a process that doesn't answer, disk full, …)
 */
export async function connect(option: string | undefined, share = false): Promise<Connection> {
  const dataDir = dataDirOf(option);
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const running = await runningServer(dataDir);
    if (running) return running;
    try {
      return await inProcess(dataDir, share);
    } catch (error) {
      const locked = error instanceof VitrineError && error.code === 'database.locked';
      if (!locked || Date.now() > deadline) throw error;
      await sleep(LOOK_MS);
    }
  }
}

async function runningServer(dataDir: string): Promise<Connection | undefined> {
  const server = await readFile(resolve(dataDir, 'server.json'), 'utf8').then(
    (text) => JSON.parse(text) as { url: string; instance: string; token: string },
    () => undefined,
  );
  if (!server?.url || !server.instance) return undefined;
  // Another server may have the port of one that was killed: only the one that wrote the file is told the token.
  const answers = await fetch(`${server.url}/healthz`, { signal: AbortSignal.timeout(3000) })
    .then((answer) => answer.json() as Promise<{ instance?: string }>)
    .catch(() => undefined);
  if (answers?.instance !== server.instance) return undefined;
  return {
    client: createVitrineClient({ baseUrl: server.url, apiKey: server.token }),
    dataDir,
    remote: true,
    close: async () => undefined,
  };
}

async function inProcess(dataDir: string, share: boolean): Promise<Connection> {
  // It takes its time to load, which nobody should wait for whose server runs.
  const { openServer } = await import('@vitrine/server');
  const server = await openServer({
    ...serverOptions(dataDir),
    listen: share,
    port: 0,
    serveModels: false,
    sampleShop: false,
    logLevel: 'silent',
    requestsPerMinute: 0,
  });
  const client = createVitrineClient({
    baseUrl: 'http://vitrine.local',
    apiKey: server.localToken,
    fetch: async (request) => {
      const url = new URL(request.url);
      const payload = request.body ? Buffer.from(await request.arrayBuffer()) : undefined;
      const answer = await server.app.inject({
        method: request.method as 'GET',
        url: url.pathname + url.search,
        headers: Object.fromEntries(request.headers),
        ...(payload ? { payload } : {}),
      });
      const headers = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]);
      const body = answer.statusCode === 204 ? null : new Uint8Array(answer.rawPayload);
      return new Response(body, { status: answer.statusCode, headers });
    },
  });
  return { client, dataDir, remote: false, close: () => server.close() };
}
