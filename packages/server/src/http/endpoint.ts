import { z } from 'zod';

export type Role = 'seller' | 'engineer' | 'admin';
/** What an API key may do, apart from its owner's role. */
export type Scope = 'predict' | 'catalogue' | 'train' | 'admin';

/** A file of a form, under one field's name. */
export interface FormFile {
  description: string;
  required?: boolean;
  /** So many files under the one name; one unless said. */
  upTo?: number;
}

/** One route of the HTTP API as data: the server registers handlers for it, the OpenAPI document is made from it. */
export interface Endpoint {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below `/api/v1`, Fastify style: `/products/:id`. */
  path: string;
  /** Operation id, unique: `listProducts`. */
  id: string;
  tag: string;
  summary: string;
  /** `public`, or the least role; roles are ordered seller < engineer < admin. */
  access: 'public' | Role;
  /** The scope an API key needs; without one, keys are refused and only signed-in people may call. */
  scope?: Scope;
  params?: z.ZodObject;
  query?: z.ZodObject;
  /** Of a form: its fields beside the files. */
  body?: z.ZodType;
  /** `json` unless said; `multipart` bodies are read by the handler. */
  consumes?: 'json' | 'multipart' | 'json|multipart';
  /** Of a form, by their fields' names. */
  files?: Record<string, FormFile>;
  /** The 200 (or 201, 202, 204) answer. `undefined` schema: no body. */
  status?: 200 | 201 | 202 | 204;
  response?: z.ZodType;
  /** Not JSON: `text/event-stream`, `image/webp`, … */
  produces?: string;
  /** Calls per minute and client, where stricter than the default. */
  rateLimit?: number;
  /** Accepted only with the data directory's own local token (the command line on the same machine). */
  localOnly?: boolean;
}

/** Checks the shape while keeping the literal types for handlers and client. */
export function endpoint<const E extends Endpoint>(definition: E): E {
  return definition;
}

/** Every error answer. */
export const errorSchema = z
  .object({
    error: z.object({
      code: z.string().meta({ example: 'product.unknown' }),
      message: z.string().meta({ example: 'There is no product with this id; it may have been deleted.' }),
      details: z.unknown().optional(),
    }),
  })
  .meta({ id: 'Error' });

export const pageQuery = z.object({
  page: z.coerce.number().int().min(1).max(100_000).default(1),
  limit: z.coerce.number().int().min(1).max(200).default(24),
});

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), total: z.number().int(), page: z.number().int(), limit: z.number().int() });
}

export const idParams = z.object({ id: z.string().min(1).max(80) });
/** ISO 8601, UTC. */
export const timestamp = z.string();
