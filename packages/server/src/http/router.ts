import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { checkAccess, checkOrigin } from './access.js';
import type { Caller } from './caller.js';
import type { Endpoint } from './endpoint.js';
import { FORM_BYTES, readForm, type UploadedFile } from './form.js';
import { validate } from './validate.js';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null;
    /** Tells anew who the caller is. @throws VitrineError where the endpoint is not, or no more, for them */
    checkCaller(): Promise<void>;
  }
}

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;

/** What a handler receives: everything checked against its endpoint. */
export interface Call<E extends Endpoint> {
  params: Parsed<E['params']>;
  query: Parsed<E['query']>;
  /** Of a `json|multipart` form: its fields. A `multipart` one is yet to be read. */
  body: E['consumes'] extends 'multipart' ? undefined : Parsed<E['body']>;
  /** Of a `json|multipart` form, by field name, each at most 20 MB. */
  files: Record<string, UploadedFile>;
  /** Present unless the endpoint is public. */
  caller: E['access'] extends 'public' ? Caller | null : Caller;
  request: FastifyRequest;
  reply: FastifyReply;
}
/** What a handler returns. Endpoints that produce something else than JSON: a buffer, a stream or the reply they have sent. */
export type Answer<E extends Endpoint> = E['response'] extends z.ZodType ? z.input<E['response']> : unknown;
export type Handler<E extends Endpoint> = (call: Call<E>) => Promise<Answer<E>> | Answer<E>;
export type Route = <const E extends Endpoint>(endpoint: E, handler: Handler<E>) => void;

export interface RouterOptions {
  /** Who a request is from, by its cookie or bearer token. */
  authenticate(request: FastifyRequest, reply: FastifyReply): Promise<Caller | null>;
  /** Origins besides the server's own that browsers may write from. */
  trustedOrigins: readonly string[];
}

const megabyte = 1 << 20;
export const apiPrefix = '/api/v1';
const photoBytes = 20 * megabyte;

/** Registers endpoints: access and origin checked before the body is read, then input and answer by their schemas. */
export function createRouter(app: FastifyInstance, options: RouterOptions): Route {
  return (endpoint, handler) => {
    const isForm = endpoint.consumes !== undefined && endpoint.consumes !== 'json';
    app.route({
      method: endpoint.method,
      url: `${apiPrefix}${endpoint.path}`,
      bodyLimit: isForm ? FORM_BYTES : 4 * megabyte,
      config: endpoint.rateLimit ? { rateLimit: { max: endpoint.rateLimit, timeWindow: '1 minute' } } : {},
      onRequest: async (request, reply) => {
        checkOrigin(request, options.trustedOrigins);
        request.checkCaller = async () => {
          request.caller = await options.authenticate(request, reply);
          checkAccess(endpoint, request.caller);
        };
        await request.checkCaller();
      },
      handler: async (request, reply) => {
        const { body, files } = await bodyOf(endpoint, request);
        const call = {
          params: endpoint.params && validate(endpoint.params, request.params, 'path'),
          query: endpoint.query && validate(endpoint.query, request.query, 'query'),
          body,
          files,
          caller: request.caller,
          request,
          reply,
        };
        const answer: unknown = await handler(call as Call<typeof endpoint>);
        if (reply.sent) return reply;
        reply.code(endpoint.status ?? 200);
        // Parsing the answer drops what the contract doesn't name: no column can leak by accident.
        if (endpoint.response)
          return reply.type('application/json; charset=utf-8').send(JSON.stringify(endpoint.response.parse(answer)));
        return endpoint.produces ? answer : reply.send();
      },
    });
  };
}

async function bodyOf(
  endpoint: Endpoint,
  request: FastifyRequest,
): Promise<{ body: unknown; files: Call<Endpoint>['files'] }> {
  if (!endpoint.body || endpoint.consumes === 'multipart') return { body: undefined, files: {} };
  if (endpoint.consumes !== 'json|multipart' || !request.isMultipart())
    return { body: validate(endpoint.body, request.body ?? undefined, 'body'), files: {} };
  const { fields, files } = await readForm(request, photoBytes);
  return { body: validate(endpoint.body, { ...fields }, 'form'), files };
}
