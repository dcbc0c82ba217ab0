import { z } from 'zod';
import { type Endpoint, errorSchema, type FormFile } from './endpoint.js';

type Json = Record<string, unknown>;

/** Schemas with an id become components, so that generated types carry their names. */
function components(): { convert(schema: z.ZodType, io: 'input' | 'output'): Json; components: Json } {
  const components: Json = {};
  return {
    components,
    convert(schema, io) {
      const raw = z.toJSONSchema(schema, { io, target: 'draft-2020-12', unrepresentable: 'any' });
      const located = JSON.parse(JSON.stringify(raw).replaceAll('#/$defs/', '#/components/schemas/')) as Json;
      const { $schema, $defs, ...json } = located;
      for (const [name, definition] of Object.entries(($defs as Json | undefined) ?? {}))
        components[name] ??= definition;
      return json;
    },
  };
}

function parametersOf(convert: (schema: z.ZodType, io: 'input' | 'output') => Json, endpoint: Endpoint): Json[] {
  return (['params', 'query'] as const).flatMap((where) => {
    const schema = endpoint[where];
    if (!schema) return [];
    const json = convert(schema, 'input') as { properties?: Record<string, Json>; required?: string[] };
    return Object.entries(json.properties ?? {}).map(([name, property]) => ({
      name,
      in: where === 'params' ? 'path' : 'query',
      required: where === 'params' || (json.required ?? []).includes(name),
      schema: property,
      ...(property.description ? { description: property.description } : {}),
    }));
  });
}

/** The fields of a form with its files, which are bytes: that is what a page draws a choice of files for. */
function formOf(body: Json, files: Record<string, FormFile>): Json {
  const bytes = { type: 'string', format: 'binary' };
  const parts = Object.entries(files).map(([name, { description, required, upTo }]) => {
    const several = { type: 'array', items: bytes, ...(required ? { minItems: 1 } : {}), maxItems: upTo };
    return [name, { description, ...(upTo === undefined ? bytes : several) }] as const;
  });
  const { properties, required = [] } = body as { properties?: Json; required?: string[] };
  const demanded = [...required, ...Object.keys(files).filter((name) => files[name]?.required)];
  return {
    type: 'object',
    properties: { ...properties, ...Object.fromEntries(parts) },
    ...(demanded.length ? { required: demanded } : {}),
  };
}

function operationOf(convert: (schema: z.ZodType, io: 'input' | 'output') => Json, endpoint: Endpoint): Json {
  const consumes = endpoint.consumes ?? 'json';
  const content: Json = {};
  const body = endpoint.body && convert(endpoint.body, 'input');
  if (body && consumes !== 'multipart') content['application/json'] = { schema: body };
  if (consumes !== 'json') content['multipart/form-data'] = { schema: formOf(body ?? {}, endpoint.files ?? {}) };
  const status = String(endpoint.status ?? 200);
  const produced = endpoint.produces
    ? {
        [endpoint.produces]: {
          schema: { type: 'string', ...(endpoint.produces.startsWith('image/') ? { format: 'binary' } : {}) },
        },
      }
    : endpoint.response && { 'application/json': { schema: convert(endpoint.response, 'output') } };
  const error = { content: { 'application/json': { schema: convert(errorSchema, 'output') } } };
  return {
    operationId: endpoint.id,
    tags: [endpoint.tag],
    summary: endpoint.summary,
    ...(endpoint.access === 'public'
      ? { security: [] }
      : {
          description: `Least role: ${endpoint.access}.${endpoint.scope ? ` API key scope: ${endpoint.scope}.` : ''}`,
        }),
    parameters: parametersOf(convert, endpoint),
    ...(Object.keys(content).length ? { requestBody: { required: true, content } } : {}),
    responses: {
      [status]: { description: 'Done', ...(produced ? { content: produced } : {}) },
      default: { description: 'An error with a code and what to do', ...error },
    },
  };
}

/** The OpenAPI 3.1 document of an API, made from its endpoint definitions alone. */
export function openApiDocument(version: string, endpoints: readonly Endpoint[]): Json {
  const { convert, components: schemas } = components();
  const paths: Record<string, Json> = {};
  for (const endpoint of endpoints) {
    const path = `/api/v1${endpoint.path.replace(/:(\w+)/g, '{$1}')}`;
    paths[path] ??= {};
    (paths[path] as Json)[endpoint.method.toLowerCase()] = operationOf(convert, endpoint);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Vitrine',
      version,
      description: 'Product intelligence for online shops.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ session: [] }, { apiKey: [] }],
    paths,
    components: {
      schemas,
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'vitrine_session' },
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key: `Authorization: Bearer vk_…`' },
      },
    },
  };
}
