import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export interface TestPostgres {
  /** A URL of a new, empty database. */
  url: string;
  close(): Promise<void>;
}

/**
 * A PostgreSQL for tests: the server of VITRINE_TEST_POSTGRES, else one started for the test from the programs of the
 * system's package. Undefined, said aloud, when there is neither.
 */
export async function testPostgres(): Promise<TestPostgres | undefined> {
  const given = process.env.VITRINE_TEST_POSTGRES;
  if (given) return newDatabase(given, async () => undefined);
  const bin = programs();
  if (bin) return startCluster(bin);
  console.warn('SKIPPED: no PostgreSQL to test with; set VITRINE_TEST_POSTGRES to the URL of one.');
  return undefined;
}

function programs(): string | undefined {
  return ['/usr/lib/postgresql', '/usr/local/pgsql', '/opt/homebrew/opt/postgresql']
    .flatMap((root) => (existsSync(root) ? ['', ...listed(root)].map((version) => join(root, version, 'bin')) : []))
    .find((bin) => existsSync(join(bin, 'initdb')));
}

function listed(root: string): string[] {
  return readdirSync(root).sort().reverse();
}

/** PostgreSQL refuses to run as root. */
function account(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function startCluster(bin: string): Promise<TestPostgres> {
  const directory = mkdtempSync(join(tmpdir(), 'vitrine-postgres-'));
  const user = account();
  if (user.uid !== undefined) chownSync(directory, user.uid, user.gid ?? user.uid);
  chmodSync(directory, 0o700);
  const data = join(directory, 'data');
  const options = { ...user, cwd: directory, stdio: 'ignore' as const };
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '-E', 'UTF8'], options);
  const port = await freePort();
  const parameters = ['-D', data, '-p', String(port), '-k', directory, '-h', '127.0.0.1', '-F'];
  const server = spawn(join(bin, 'postgres'), parameters, options);
  const stop = async () => {
    server.kill('SIGINT');
    if (server.exitCode === null) await once(server, 'exit');
    rmSync(directory, { recursive: true, force: true });
  };
  const admin = `postgres://postgres@127.0.0.1:${port}/postgres`;
  await answering(admin);
  return newDatabase(admin, stop);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}

async function answering(url: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client(url);
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      if (attempt >= 100) throw error;
      await sleep(100);
    }
  }
}

async function newDatabase(admin: string, stop: () => Promise<void>): Promise<TestPostgres> {
  const name = `vitrine_test_${randomBytes(6).toString('hex')}`;
  const run = async (sql: string) => {
    const client = new pg.Client(admin);
    await client.connect();
    await client.query(sql);
    await client.end();
  };
  await run(`CREATE DATABASE ${name}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    close: async () => {
      await run(`DROP DATABASE ${name} WITH (FORCE)`);
      await stop();
    },
  };
}
