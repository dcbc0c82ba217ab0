import { statfs } from 'node:fs/promises';
import { VitrineError } from '@vitrine/models';
import { sql } from 'drizzle-orm';
import { sameSecret } from '../accounts/secrets.js';
import type { Context } from '../context.js';
import { isFromHere } from '../http/host.js';
import { getSystem } from './api.js';

/** `/healthz` (the process answers), `/readyz` (it can serve), `/metrics` (for this machine, or with the token) and `/system`. */
export function monitoringRoutes(context: Context, metricsToken: string | undefined): void {
  const { app, route, metrics, version, dataDir, database, db, blobs, readiness, instance, behindProxy } = context;
  app.get('/healthz', async () => ({ status: 'ok', instance }));
  app.get('/readyz', async (_request, reply) => {
    const checks: Record<string, boolean> = { database: await answers(() => db.execute(sql`SELECT 1`)) };
    for (const [name, check] of readiness)
      checks[name] = await answers(async () => (await check()) || Promise.reject());
    const isReady = Object.values(checks).every(Boolean);
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'starting', checks });
  });
  app.get('/metrics', async (request, reply) => {
    const isToken =
      metricsToken !== undefined && sameSecret(request.headers.authorization ?? '', `Bearer ${metricsToken}`);
    if (!isToken && (behindProxy || !isFromHere(request)))
      throw new VitrineError(
        'auth.metrics',
        'From another machine, and behind a proxy, metrics are for holders of the token in VITRINE_METRICS_TOKEN; send it as a bearer token.',
        403,
      );
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });

  route(getSystem, async () => ({
    version,
    node: process.version,
    database: database.kind,
    dataDir,
    uptimeSeconds: process.uptime(),
    rssBytes: process.memoryUsage.rss(),
    blobs: blobs.shared ? ('bucket' as const) : ('disk' as const),
    diskFreeBytes: await freeBytes(dataDir),
    models: context.modelHolders.flatMap((held) => held()),
  }));
}

async function freeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

async function answers(check: () => Promise<unknown>): Promise<boolean> {
  try {
    await check();
    return true;
  } catch {
    return false;
  }
}
