import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Metrics } from '../platform/metrics.js';
import { serveDocs } from './docs.js';
import { answerError } from './errors.js';
import { checkHost } from './host.js';
import { apiPrefix } from './router.js';
import { serveWeb } from './web.js';

export interface AppOptions {
  /** Makes the OpenAPI document of what will be registered, when it is asked for. */
  describe: () => object;
  log: FastifyBaseLogger;
  metrics: Metrics;
  /** The built web app; without it, `/` answers 404. */
  webDir?: string | undefined;
  /** Requests per minute and address; endpoints may say less. 0: unlimited, also for those. */
  requestsPerMinute: number;
  /** Whether to believe X-Forwarded-For: only behind a proxy that sets it. */
  trustProxy: boolean;
  /** The only host names requests may be for; undefined: any. */
  hosts?: ReadonlySet<string> | undefined;
}

/** The web app needs nothing from elsewhere; photos come as blobs while they are being chosen. */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    imgSrc: ["'self'", 'data:', 'blob:'],
    // Charts and Radix set style attributes.
    styleSrc: ["'self'", "'unsafe-inline'"],
    fontSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    workerSrc: ["'self'", 'blob:'],
    objectSrc: ["'none'"],
    baseUri: ["'self'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
};

declare module 'fastify' {
  interface FastifyInstance {
    /** Aborted when the server begins to close: event streams end then, other requests are answered. */
    closing: AbortSignal;
  }
}

const patienceMs = 10_000;

/** Ends event streams, lets other requests finish, and closes each connection as it falls idle. */
function closeGracefully(app: FastifyInstance): void {
  const closing = new AbortController();
  app.decorate('closing', { getter: () => closing.signal });
  const timers: NodeJS.Timeout[] = [];
  app.addHook('preClose', async () => {
    closing.abort();
    timers.push(setInterval(() => app.server.closeIdleConnections(), 20));
    timers.push(setTimeout(() => app.server.closeAllConnections(), patienceMs));
  });
  app.addHook('onClose', async () => {
    for (const timer of timers) clearTimeout(timer);
  });
}

/** The HTTP server without its endpoints: limits, headers, errors, documentation and the web app. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { describe, log, metrics, webDir, requestsPerMinute, trustProxy, hosts } = options;
  const app = Fastify({
    loggerInstance: log,
    // Hops on private addresses alone are believed, so that nobody outside can choose what address is seen.
    trustProxy: trustProxy && ['loopback', 'linklocal', 'uniquelocal'],
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    logController: new LogController({ disableRequestLogging: true }),
    routerOptions: { maxParamLength: 300 },
    // Above the usual 60 s of proxies, so that they never reuse a connection that is just closing.
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    frameworkErrors: answerError,
  });
  app.decorateRequest('caller', null);
  app.decorateRequest('checkCaller', async () => undefined);
  closeGracefully(app);
  app.setErrorHandler(answerError);
  metrics.observe(app);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    if (hosts) checkHost(request, hosts);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, url, caller } = request;
    const entry = {
      method,
      url: url.split('?')[0],
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      by: caller?.name,
    };
    request.log[reply.statusCode >= 500 ? 'warn' : 'debug'](entry, 'request');
  });

  await app.register(helmet, {
    contentSecurityPolicy,
    // Plain http on a local network must keep working; a proxy that ends TLS sets this.
    strictTransportSecurity: false,
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
  });
  await app.register(cookie);
  await app.register(multipart, { limits: { fieldSize: 4 << 20, fields: 50, parts: 60, headerPairs: 100 } });
  if (requestsPerMinute > 0) await app.register(rateLimit, { max: requestsPerMinute, timeWindow: '1 minute' });
  await serveDocs(app, describe);
  await serveWeb(app, webDir, apiPrefix);
  return app;
}
