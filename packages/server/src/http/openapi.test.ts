import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { endpoints } from '../endpoints.js';
import { openApiDocument } from './openapi.js';

const version = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
const document = JSON.parse(JSON.stringify(openApiDocument(version, endpoints))) as Record<string, unknown>;

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
});
