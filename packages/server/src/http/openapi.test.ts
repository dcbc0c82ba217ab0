import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { endpoints } from '../endpoints.js';
import { withEmptyForms } from './empty-forms.js';
import { openApiDocument } from './openapi.js';

const version = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
const document = JSON.parse(JSON.stringify(openApiDocument(version, endpoints))) as Record<string, unknown>;

interface Form {
  properties: object;
  required?: string[];
}
const file = { type: 'string', format: 'binary' };
const files = { type: 'array', items: file };
/** What is told of each form: some of its fields, and which are demanded. */
const forms: [path: string, properties: object, required: string[] | undefined][] = [
  ['/images', { image: file }, ['image']],
  [
    '/datasets/upload',
    { name: {}, options: { default: '{}' }, file, labels: file, images: files },
    ['name', 'format', 'file'],
  ],
  ['/predict/classify', { title: { type: 'string' }, image: file }, undefined],
  ['/search/image', { limit: { default: 12 }, crop: { $ref: '#/components/schemas/Crop' }, image: file }, undefined],
  ['/search/images', { limit: { default: 12 }, image: { ...files, minItems: 1, maxItems: 12 } }, ['image']],
];
const formOf = (path: string, { paths }: Record<string, unknown> = document) =>
  (paths as Record<string, { post: { requestBody: { content: Record<string, { schema: Form }> } } }>)[`/api/v1${path}`]
    ?.post.requestBody.content['multipart/form-data']?.schema;

describe('the OpenAPI document', () => {
  test('is the one the client was generated from (else: npm run openapi)', () => {
    const file = new URL('../../../client/openapi.json', import.meta.url);
    expect(document).toEqual(JSON.parse(readFileSync(file, 'utf8')));
  });

  test('names every operation once', () => {
    const ids = endpoints.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('refers to nothing that is not there', () => {
    const { schemas } = document.components as { schemas: Record<string, unknown> };
    const used = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name ?? '');
    expect(used.filter((name) => !(name in schemas))).toEqual([]);
  });

  test.each(forms)('tells the fields and files of the form of %s', (path, properties, required) => {
    expect(formOf(path)).toMatchObject({ type: 'object', properties });
    expect(formOf(path)?.required).toEqual(required);
  });

  test('tells them of every form', () => {
    const taking = endpoints.filter(({ consumes = 'json' }) => consumes !== 'json');
    expect(taking.map(({ path }) => path).sort()).toEqual(forms.map(([path]) => path).sort());
  });
});

describe('the page to try it on', () => {
  const tried = withEmptyForms(document) as Record<string, unknown>;

  test('leaves empty what may be left out of a form, and keeps what is usual or demanded', () => {
    const crop = { type: 'object', properties: { width: { type: 'number' } }, example: '' };
    const search = { url: { format: 'uri', example: '' }, crop, limit: { default: 12 }, image: file };
    expect(formOf('/search/image', tried)).toMatchObject({ properties: search });
    const upload = { images: { ...files, example: [] }, file };
    expect(formOf('/datasets/upload', tried)).toMatchObject({ properties: upload });
    expect(formOf('/datasets/upload', tried)).not.toHaveProperty('properties.name.example');
  });
});
