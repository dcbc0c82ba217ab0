import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ShopServer {
  url: string;
  close(): Promise<void>;
}

/** The real server in a process of its own, on a data directory that goes with it. */
export async function startShopServer({ sampleShop = false } = {}): Promise<ShopServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'vitrine-browser-'));
  const child = fork(new URL('./shop-server.main.js', import.meta.url), [dataDir, String(sampleShop)], {
    env: { ...process.env, DATABASE_URL: '' },
  });
  const url = await Promise.race([
    once(child, 'message').then(([message]) => String(message)),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`The server ended with code ${code}.`))),
  ]);
  return { url, close: () => stop(child, dataDir) };
}

async function stop(child: ChildProcess, dataDir: string): Promise<void> {
  const gone = child.exitCode === null ? once(child, 'exit') : undefined;
  child.disconnect();
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await gone;
  clearTimeout(timer);
  await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
}
