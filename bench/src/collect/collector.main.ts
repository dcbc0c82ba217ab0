import { openServer } from '@vitrine/server';

/** A server that collects the site, or goes on with it, and tells how far it is and what memory it takes. */
const [dataDir = '', config = '', databaseUrl] = process.argv.slice(2);
const server = await openServer({
  ...{ dataDir, databaseUrl, listen: false, logLevel: 'error', sampleShop: false, serveModels: false },
  collectFrom: ['127.0.0.1'],
});

async function call<T>(method: 'GET' | 'POST', path: string, payload?: object): Promise<T> {
  const headers = { authorization: `Bearer ${server.localToken}` };
  const answer = await server.app.inject({ method, url: `/api/v1${path}`, headers, ...(payload ? { payload } : {}) });
  if (answer.statusCode >= 400) throw new Error(answer.body);
  return JSON.parse(answer.body) as T;
}

const megabytes = () => process.memoryUsage.rss() / 2 ** 20;
await call('POST', '/collect/sites', { config });
const idle = megabytes();
let peak = idle;
const sampling = setInterval(() => {
  peak = Math.max(peak, megabytes());
}, 100);
const started = performance.now();
const { id } = await call<{ id: string }>('POST', '/collect/sites/bench/start');
for (;;) {
  const job = await call<{ state: string; fraction: number | null; error: unknown }>('GET', `/jobs/${id}`);
  if (job.state === 'failed') throw new Error(JSON.stringify(job.error));
  process.send?.({ fraction: job.fraction ?? 0 });
  if (job.state === 'succeeded') break;
  await new Promise((resolve) => setTimeout(resolve, 200));
}
const seconds = (performance.now() - started) / 1000;
clearInterval(sampling);
const { report } = await call<{ report: object }>('GET', '/collect/sites/bench');
const listed = await call<{ total: number }>('GET', '/products?limit=1');
process.send?.({ done: { seconds, idle, peak, report, listed: listed.total } });
await server.close();
process.disconnect?.();
