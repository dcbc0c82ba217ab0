import { VitrineError } from '@vitrine/models';
import type { FastifyReply, FastifyRequest } from 'fastify';

export interface ServerEvent {
  /** What the client sends back as Last-Event-ID after a lost connection. */
  id?: string | undefined;
  event?: string;
  data: unknown;
}

const heartbeatMs = 15_000;

/** The id of the last event a reconnecting client saw. */
export function lastEventId(request: FastifyRequest): string | undefined {
  const id = request.headers['last-event-id'];
  return typeof id === 'string' ? id : undefined;
}

function frame({ id, event, data }: ServerEvent): string {
  const lines = [id === undefined ? '' : `id: ${id}\n`, event ? `event: ${event}\n` : ''].join('');
  return `${lines}data: ${JSON.stringify(data)}\n\n`;
}

/**
 * Answers with server-sent events until the source ends, or the client leaves or the server closes, which
 * aborts `signal`. A comment every
 * 15 seconds keeps proxies from closing the connection; a slow client is waited for. Who may no more see it, because the
 * session ended or the role changed, is left by the next comment.
 */
export async function sendEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  source: (signal: AbortSignal) => AsyncIterable<ServerEvent>,
): Promise<FastifyReply> {
  const { raw } = reply;
  const left = new AbortController();
  const leave = () => left.abort();
  raw.on('close', leave);
  const { closing } = request.server;
  // Either may have happened while the handler was at work, and is not told again.
  if (raw.destroyed || closing.aborted) leave();
  closing.addEventListener('abort', leave, { once: true });
  reply.hijack();
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  raw.write('retry: 2000\n\n');
  const heartbeat = setInterval(() => {
    raw.write(': still here\n\n');
    request.checkCaller().catch((error: unknown) => isRefusal(error) && leave());
  }, heartbeatMs);
  try {
    for await (const event of source(left.signal)) {
      if (left.signal.aborted) break;
      if (!raw.write(frame(event))) await drained(raw, left.signal);
    }
  } catch (error) {
    if (!left.signal.aborted) request.log.error({ err: error }, 'event stream failed');
  } finally {
    clearInterval(heartbeat);
    closing.removeEventListener('abort', leave);
    raw.end();
  }
  return reply;
}

/** A database that doesn't answer is no reason to end a stream. */
const isRefusal = (error: unknown) => error instanceof VitrineError && [401, 403].includes(error.status);

function drained(stream: NodeJS.WritableStream, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    stream.once('drain', resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
