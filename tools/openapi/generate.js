// Writes the client's types from the OpenAPI document: openapi-typescript's own, but for files, which are Blobs.
import { writeFile } from 'node:fs/promises';
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import ts from 'typescript';

const client = new URL('../../packages/client/', import.meta.url);
const blob = ts.factory.createTypeReferenceNode('Blob');
const types = await openapiTS(new URL('openapi.json', client), {
  transform: ({ format }) => (format === 'binary' ? blob : undefined),
});
await writeFile(new URL('src/schema.generated.ts', client), `${COMMENT_HEADER}${astToString(types)}`);
