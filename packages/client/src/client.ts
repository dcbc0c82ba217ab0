import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './schema.generated.js';

/** The shapes of the API by name: `Schemas['Product']`. */
export type Schemas = components['schemas'];
export type VitrineClient = Client<paths>;

export interface ClientOptions {
  /** `http://localhost:8700`; a page of the server itself leaves it out. */
  baseUrl?: string;
  /** API key, sent as a bearer token. */
  apiKey?: string;
  /** Another transport with `fetch`'s signature, for instance an in-process server. */
  fetch?: (request: Request) => Promise<Response>;
}

/** A typed client of the HTTP API: `client.GET('/api/v1/products', { params: { query: { q: 'coat' } } })`. */
export function createVitrineClient({ baseUrl = '', apiKey, fetch }: ClientOptions = {}): VitrineClient {
  return createClient<paths>({
    baseUrl,
    ...(fetch ? { fetch } : {}),
    ...(apiKey ? { headers: { authorization: `Bearer ${apiKey}` } } : {}),
  });
}

/** The server's answer when something is refused: `code` for programs, `message` for people. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    readonly details?: unknown,
  ) {
    super(message);
  }
}

/**
 * The data of an answer, or an `ApiError`.
 * @throws ApiError with the server's code and sentence
 */
export function unwrap<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.response.ok) return answer.data as T;
  const { error } = (answer.error ?? {}) as { error?: { code: string; message: string; details?: unknown } };
  throw new ApiError(
    error?.code ?? 'http',
    error?.message ?? `The server answered ${answer.response.status}.`,
    answer.response.status,
    error?.details,
  );
}
