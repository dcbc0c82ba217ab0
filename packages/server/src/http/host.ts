import { VitrineError } from '@vitrine/models';
import type { FastifyRequest } from 'fastify';

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * The host names a server that listens on this machine alone is called by; undefined for one that others reach, by names we
 * can't know.
 */
export function acceptedHosts(host = '127.0.0.1', publicUrl?: string): ReadonlySet<string> | undefined {
  const bound = host.includes(':') ? `[${host}]` : host;
  if (!loopback.has(bound)) return undefined;
  return new Set([...loopback, ...(publicUrl ? [new URL(publicUrl).hostname] : [])]);
}

/**
 * Refuses requests for another host: a page elsewhere whose name was made to lead here (DNS rebinding) sends its own name.
 * @throws VitrineError `request.host` (403)
 */
export function checkHost({ headers: { host } }: FastifyRequest, accepted: ReadonlySet<string>): void {
  const called = `http://${host}`;
  if (host === undefined || (URL.canParse(called) && accepted.has(new URL(called).hostname))) return;
  throw new VitrineError(
    'request.host',
    `This server listens on its own machine alone and is not called ${host.slice(0, 100)}. Behind a proxy, set VITRINE_PUBLIC_URL to the public address.`,
    403,
  );
}

/** Whether a request comes from a program on this machine, not through a proxy that runs there. */
export function isFromHere({ socket, headers }: FastifyRequest): boolean {
  const address = socket.remoteAddress ?? '';
  const isLocal = address === '::1' || /^(::ffff:)?127\./.test(address);
  return isLocal && headers['x-forwarded-for'] === undefined && headers.forwarded === undefined;
}
