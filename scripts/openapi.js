// Writes packages/client/openapi.json from the server's endpoint definitions, and the client's types from it.
// Needs `npm ci --prefix tools/openapi` once.
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { endpoints } from '../packages/server/dist/endpoints.js';
import { openApiDocument } from '../packages/server/dist/http/openapi.js';

const { version } = JSON.parse(await readFile(new URL('../packages/server/package.json', import.meta.url), 'utf8'));
await writeFile(
  new URL('../packages/client/openapi.json', import.meta.url),
  `${JSON.stringify(openApiDocument(version, endpoints), null, 2)}\n`,
);
execFileSync('npm', ['run', '--silent', 'generate', '--prefix', 'tools/openapi'], { stdio: 'inherit' });
