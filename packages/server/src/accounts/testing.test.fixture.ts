import type { LightMyRequestResponse } from 'fastify';
import { removeDir, testDataDir } from '../platform/testing/data-dir.test.fixture.js';
import { openServer, type Server, type ServerOptions } from '../server.js';

/** Who calls: nobody, a signed-in browser, or the holder of a token. */
export type As = { cookie?: string; authorization?: string };

export interface TestServer extends Server {
  dataDir: string;
  /** Calls `/api/v1`. */
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: As & Record<string, string>,
  ): Promise<LightMyRequestResponse>;
  remove(): Promise<void>;
}

/** A whole server on a fresh data directory, without a port. */
export async function testServer(options: Partial<ServerOptions> = {}): Promise<TestServer> {
  const dataDir = options.dataDir ?? (await testDataDir());
  const quiet = {
    listen: false,
    sampleShop: false,
    serveModels: false,
    requestsPerMinute: 0,
    logLevel: 'silent',
  } as const;
  const server = await openServer({ ...quiet, ...options, dataDir });
  return {
    ...server,
    dataDir,
    call: (method, path, body, headers = {}) =>
      server.app.inject({
        method: method as 'GET',
        url: `/api/v1${path}`,
        headers,
        ...(body === undefined ? {} : { payload: body as object }),
      }),
    remove: async () => {
      await server.close();
      await removeDir(dataDir);
    },
  };
}

/** The cookie an answer sets, to send back. */
export function cookieOf(answer: LightMyRequestResponse): As {
  const [cookie] = answer.cookies;
  return { cookie: `${cookie?.name}=${cookie?.value}` };
}
