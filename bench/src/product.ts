import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const bin = fileURLToPath(new URL('../../packages/cli/bin/vitrine.js', import.meta.url));

/** Where the real data sets lie; a benchmark that needs them says so and is left out where they are absent. */
export const testData =
  process.env.VITRINE_TEST_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));

/** Runs `vitrine … --json` as a user would and returns its answer. */
export async function vitrine<T>(dataDir: string, ...words: string[]): Promise<T> {
  const { stdout } = await promisify(execFile)(process.execPath, [bin, ...words, '--data-dir', dataDir, '--json'], {
    maxBuffer: 1e9,
  });
  return JSON.parse(stdout) as T;
}

/** A running product on its own data directory. */
export interface Product {
  url: string;
  process: ChildProcess;
  stop(): Promise<void>;
}

/** Starts the server as a process of its own and waits until it listens. */
export async function startProduct(dataDir: string, ...words: string[]): Promise<Product> {
  const child = spawn(process.execPath, [bin, 'start', '--port', '0', '--json', '--data-dir', dataDir, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = /"url":\s*"([^"]+)"/.exec(text);
      if (found?.[1]) resolve(found[1]);
    });
    child.once('exit', (code) => reject(new Error(`vitrine start ended with ${code}: ${text}`)));
  });
  return {
    url,
    process: child,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}

/** A fresh data directory, removed afterwards. */
export async function inFreshDirectory<T>(work: (dataDir: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-bench-'));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
