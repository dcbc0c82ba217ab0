import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** The built web app: its hashed assets cached for good, every other page the same `index.html`. */
export async function serveWeb(app: FastifyInstance, directory: string | undefined, apiPrefix: string): Promise<void> {
  const hasApp = directory !== undefined && existsSync(join(directory, 'index.html'));
  if (hasApp)
    await app.register(fastifyStatic, {
      root: directory,
      wildcard: false,
      cacheControl: false,
      setHeaders: (reply, path) => {
        const isHashed = path.startsWith(join(directory, 'assets'));
        reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  app.setNotFoundHandler((request, reply) => {
    const pathname = request.url.split('?')[0] ?? '';
    const isPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
    if (hasApp && isPage && !pathname.startsWith(`${apiPrefix}/`) && !pathname.startsWith('/assets/'))
      return reply.header('cache-control', 'no-cache').sendFile('index.html');
    const message = `There is nothing at ${request.method} ${pathname.slice(0, 200)}; see /docs for what there is.`;
    return reply.code(404).send({ error: { code: 'http.unknown', message } });
  });
}
