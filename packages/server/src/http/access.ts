import { VitrineError } from '@vitrine/models';
import type { FastifyRequest } from 'fastify';
import { type Caller, hasRole } from './caller.js';
import type { Endpoint } from './endpoint.js';

/**
 * Refuses a caller that an endpoint is not for.
 * @throws VitrineError `auth.required` (401), `auth.role`, `auth.scope`, `auth.local` (403)
 */
export function checkAccess(endpoint: Endpoint, caller: Caller | null): void {
  if (endpoint.localOnly && caller?.via !== 'local')
    throw new VitrineError(
      caller ? 'auth.local' : 'auth.required',
      'Only the command line on the server’s own machine may do this.',
      caller ? 403 : 401,
    );
  if (endpoint.access === 'public') return;
  if (!caller) throw new VitrineError('auth.required', 'Sign in, or send an API key as a bearer token.', 401);
  if (caller.via === 'key' && !endpoint.scope)
    throw new VitrineError('auth.scope', 'API keys can’t do this; sign in instead.', 403);
  if (caller.via === 'key' && endpoint.scope && !caller.scopes.includes(endpoint.scope))
    throw new VitrineError(
      'auth.scope',
      `This API key lacks the scope “${endpoint.scope}”. Create one that has it.`,
      403,
    );
  if (!hasRole(caller, endpoint.access))
    throw new VitrineError('auth.role', `This needs the role ${endpoint.access}; ask an administrator.`, 403);
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses writes that another site's page makes a browser send (with SameSite=Lax cookies, the second line of defence).
 * @throws VitrineError `auth.origin` (403)
 */
export function checkOrigin(request: FastifyRequest, trustedOrigins: readonly string[]): void {
  const { origin, host, authorization } = request.headers;
  if (safeMethods.has(request.method) || authorization || !origin) return;
  if (trustedOrigins.includes(origin)) return;
  if (URL.canParse(origin) && new URL(origin).host === host) return;
  throw new VitrineError(
    'auth.origin',
    `Requests from ${origin.slice(0, 200)} are not accepted. Behind a proxy, set VITRINE_PUBLIC_URL to the public address.`,
    403,
  );
}
