import { type Product, startProduct, vitrine } from '../product.js';

interface Status {
  state: string;
  model: { description: string } | null;
  photos: number;
  embedded: number;
  failed: number;
  backend: string;
  dimension: number;
  bytes: number;
  error: { message: string } | null;
}

/** A running server and how it is asked. */
export interface SearchServer extends Product {
  headers: Record<string, string>;
  /** Seconds from the server's start until the whole catalogue is embedded and searched. */
  seconds: number;
  status: Status;
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Seconds that work took. */
export async function timed<T>(work: () => Promise<T>): Promise<{ seconds: number; result: T }> {
  const began = performance.now();
  const result = await work();
  return { seconds: (performance.now() - began) / 1000, result };
}

/** Puts the newest similar model into production and starts a server, which embeds the catalogue by it. */
export async function startIndexing(dataDir: string): Promise<SearchServer> {
  const user = 'bench@example.com';
  await vitrine(dataDir, 'users', 'create', user, '--role', 'engineer');
  const { secret } = await vitrine<{ secret: string }>(
    dataDir,
    'keys',
    'create',
    'bench',
    '--user',
    user,
    '--scopes',
    'predict,catalogue,train',
  );
  const headers = { authorization: `Bearer ${secret}` };
  const product = await startProduct(dataDir, '--no-sample-shop');
  await vitrine(dataDir, 'models', 'promote', 'similar@1', '--force');
  const began = performance.now();
  for (;;) {
    const answer = await fetch(`${product.url}/api/v1/index`, { headers });
    if (!answer.ok) throw new Error(await answer.text());
    const status = (await answer.json()) as Status;
    if (status.state === 'failed') throw new Error(status.error?.message);
    if (status.state === 'ready') return { ...product, headers, status, seconds: (performance.now() - began) / 1000 };
    await pause(250);
  }
}
