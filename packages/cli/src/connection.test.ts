import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unwrap } from '@vitrine/client';
import { expect, test } from 'vitest';
import { connect } from './connection.js';

test('a server that has the port of one that was killed is told no token', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'vitrine-stale-'));
  const asked: (string | undefined)[] = [];
  const other = createServer(({ url, headers }, answer) => {
    asked.push(url === '/healthz' && !headers.authorization ? url : `${url} with ${headers.authorization}`);
    answer.setHeader('content-type', 'application/json').end('{"status":"ok","instance":"another"}');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  await writeFile(join(dataDir, 'server.json'), JSON.stringify({ url, pid: 1, instance: 'killed', token: 'secret' }));
  const connection = await connect(dataDir);
  try {
    expect(connection.remote).toBe(false);
    expect(unwrap(await connection.client.GET('/api/v1/system')).dataDir).toBe(dataDir);
    expect(asked).toEqual(['/healthz']);
  } finally {
    await connection.close();
    other.close();
    await rm(dataDir, { recursive: true });
  }
});
