import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import type { Neighbour } from './catalogue.js';
import { openApi } from './openapi.js';

/** The largest photo taken, before anything looks into it. */
const MAX_BYTES = 20 * 1024 * 1024;

/** What the service stands before. */
export interface ServiceParts {
  readonly name: string;
  readonly version: string;
  readonly embed: (photo: Uint8Array) => Promise<Float32Array>;
  /** Absent where there are no products to search. */
  readonly catalogue: { readonly size: number; nearest(vector: ArrayLike<number>, limit: number): Neighbour[] } | null;
}

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

const unreadable = 'The body is no JSON; send {"vector": [ … ]} of numbers, or a photo.';
const messages: Record<string, [code: string, message: string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['request.tooLarge', `Send a photo of at most ${MAX_BYTES / 2 ** 20} MB.`],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'request.mediaType',
    'Send the photo itself as the body, as image/jpeg for instance.',
  ],
  FST_ERR_CTP_INVALID_JSON_BODY: ['request.invalid', unreadable],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['request.invalid', unreadable],
  FST_ERR_VALIDATION: ['request.invalid', 'Give limit as a whole number from 1 to 1000.'],
};

/** `POST /embed`, `POST /neighbours`, `GET /healthz`, `GET /openapi.json`. */
export function createService({ name, version, embed, catalogue }: ServiceParts): FastifyInstance {
  const app = Fastify({ bodyLimit: MAX_BYTES, logger: false, forceCloseConnections: true });
  app.addContentTypeParser(/^(image\/|application\/octet-stream)/, { parseAs: 'buffer' }, (_, body, done) =>
    done(null, body),
  );
  app.setErrorHandler((error: FastifyError & { status?: number }, _, reply) => {
    const [code, message] = messages[error.code] ?? [error.code, error.message];
    const status = error.status ?? error.statusCode ?? 500;
    if (status < 500) return reply.code(status).send({ error: { code: code ?? 'request.invalid', message } });
    console.error(error);
    return reply
      .code(500)
      .send({ error: { code: 'internal', message: 'Something failed here; see the service’s log.' } });
  });
  app.setNotFoundHandler((_, reply) =>
    reply.code(404).send({ error: { code: 'request.unknown', message: 'Nothing is here; see /openapi.json.' } }),
  );

  const vectorOf = (body: unknown): Promise<Float32Array> => {
    if (body instanceof Uint8Array) return embed(body);
    throw new Refusal(415, 'request.mediaType', 'Send the photo itself as the body, as image/jpeg for instance.');
  };
  app.post('/embed', async ({ body }) => ({ vector: [...(await vectorOf(body))] }));
  app.post<{ Querystring: { limit: number } }>('/neighbours', { schema: { querystring: limits } }, async (request) => {
    if (!catalogue)
      throw new Refusal(409, 'catalogue.none', 'Start the service with VECTORS=file to have what to find.');
    const vector = givenVector(request.body) ?? (await vectorOf(request.body));
    return { neighbours: catalogue.nearest(vector, request.query.limit) };
  });
  app.get('/healthz', async () => ({ ready: true, products: catalogue?.size ?? 0 }));
  const document = openApi({ name, version });
  app.get('/openapi.json', async () => document);
  return app;
}

const limits = {
  type: 'object',
  properties: { limit: { type: 'integer', minimum: 1, maximum: 1000, default: 10 } },
} as const;

/** The vector of a JSON body `{ vector }`, if it is one. */
function givenVector(body: unknown): number[] | undefined {
  if (typeof body !== 'object' || body === null || body instanceof Uint8Array) return undefined;
  const { vector } = body as { vector?: unknown };
  if (Array.isArray(vector) && vector.every((value) => typeof value === 'number')) return vector;
  throw new Refusal(422, 'request.invalid', 'Send {"vector": [ … ]} of numbers, or a photo as the body.');
}
