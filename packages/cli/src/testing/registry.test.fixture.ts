import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** What `npm publish` sends: the packument that `npm install` asks for, with the archives in it. */
interface Published {
  [key: string]: unknown;
  _attachments: Record<string, { data: string }>;
}

/** An npm registry in this process: it takes whatever is published, and hands it out as it came. */
export async function testRegistry(): Promise<{ address: string; close(): Promise<void> }> {
  const packages = new Map<string, Published>();
  // npm keeps what it has read by its address: that of an earlier registry on this port must not do for this one's.
  const root = `/${randomUUID()}/`;

  async function answer(request: IncomingMessage): Promise<Buffer | object | undefined> {
    const path = decodeURIComponent(request.url ?? '').slice(root.length);
    if (request.method === 'PUT') {
      packages.set(path, (await json(request)) as Published);
      return {};
    }
    const [name = '', archive] = path.split('/-/');
    const { _attachments: archives, ...packument } = packages.get(name) ?? { _attachments: {} };
    if (archive === undefined) return packages.has(name) ? packument : undefined;
    const data = archives[archive]?.data;
    return data === undefined ? undefined : Buffer.from(data, 'base64');
  }

  const server = createServer(async (request, response) => {
    const body = await answer(request);
    response.statusCode = body ? 200 : 404;
    response.end(Buffer.isBuffer(body) ? body : JSON.stringify(body ?? { error: 'not found' }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}${root}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
