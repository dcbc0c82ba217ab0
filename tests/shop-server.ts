import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerOptions } from '@vitrine/server';

export interface ShopServer {
  url: string;
  dataDir: string;
  /** Bearer token of the command line on this machine. */
  localToken: string;
  close(): Promise<void>;
  /** Ends it as a power cut would, and starts it again at the same address. */
  killAndRestart(): Promise<void>;
}

export type ShopServerOrder = Required<Pick<ServerOptions, 'dataDir' | 'port' | 'sampleShop'>>;

/** The real server in a process of its own, on a data directory that goes with it. */
export async function startShopServer({ sampleShop = false }: Partial<ShopServerOrder> = {}): Promise<ShopServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'vitrine-browser-'));
  let { child, ...said } = await start({ dataDir, port: 0, sampleShop });
  return {
    ...{ ...said, dataDir },
    close: () => stop(child, dataDir),
    killAndRestart: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      ({ child } = await start({ dataDir, port: Number(new URL(said.url).port), sampleShop }));
    },
  };
}

async function start(order: ShopServerOrder): Promise<{ child: ChildProcess; url: string; localToken: string }> {
  const child = fork(new URL('./shop-server.main.js', import.meta.url), [JSON.stringify(order)], {
    env: { ...process.env, DATABASE_URL: '' },
  });
  const said = await Promise.race([
    once(child, 'message').then(([message]) => message as { url: string; localToken: string }),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`The server ended with code ${code}.`))),
  ]);
  return { child, ...said };
}

async function stop(child: ChildProcess, dataDir: string): Promise<void> {
  const gone = child.exitCode === null ? once(child, 'exit') : undefined;
  child.disconnect();
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await gone;
  clearTimeout(timer);
  await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
}
