const photo = { type: 'string', format: 'binary' } as const;
const photos = Object.fromEntries(
  ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/tiff', 'application/octet-stream'].map((type) => [
    type,
    { schema: photo },
  ]),
);
const error = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: { code: { type: 'string' }, message: { type: 'string', description: 'What to do' } },
    },
  },
} as const;
const answers = (description: string, schema: object) => ({
  200: { description, content: { 'application/json': { schema } } },
  default: { description: 'What cannot be done, and why', content: { 'application/json': { schema: error } } },
});
const vector = { type: 'array', items: { type: 'number' }, description: 'Of length 1' } as const;
const neighbour = {
  type: 'object',
  required: ['id', 'score'],
  properties: { id: { type: 'string' }, score: { type: 'number', description: 'Cosine, in [-1, 1]' } },
} as const;

/** What the service answers, as OpenAPI 3.1. */
export function openApi({ name, version }: { readonly name: string; readonly version: string }): object {
  return {
    openapi: '3.1.0',
    info: { title: name, version, description: 'Photos to vectors, and to the products that look like them.' },
    paths: {
      '/embed': {
        post: {
          operationId: 'embed',
          summary: 'The vector of a photo',
          requestBody: { required: true, content: photos },
          responses: answers('The vector', { type: 'object', required: ['vector'], properties: { vector } }),
        },
      },
      '/neighbours': {
        post: {
          operationId: 'neighbours',
          summary: 'The products that look most like a photo, or lie nearest to a vector',
          parameters: [
            { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 1000, default: 10 } },
          ],
          requestBody: {
            required: true,
            content: {
              ...photos,
              'application/json': { schema: { type: 'object', required: ['vector'], properties: { vector } } },
            },
          },
          responses: answers('Best first', {
            type: 'object',
            required: ['neighbours'],
            properties: { neighbours: { type: 'array', items: neighbour } },
          }),
        },
      },
      '/healthz': {
        get: {
          operationId: 'health',
          summary: 'Whether the model is loaded, and how many products there are to find',
          responses: answers('Ready', {
            type: 'object',
            required: ['ready', 'products'],
            properties: { ready: { type: 'boolean' }, products: { type: 'integer' } },
          }),
        },
      },
      '/openapi.json': {
        get: {
          operationId: 'openApi',
          summary: 'This document',
          responses: answers('OpenAPI 3.1', { type: 'object' }),
        },
      },
    },
  };
}
