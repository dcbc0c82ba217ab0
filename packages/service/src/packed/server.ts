import { readFile } from 'node:fs/promises';
import { embed, readCatalogue, warmUp } from './index.js';
import { createService } from './service.js';

/** Serves the packed model at PORT (8080) and HOST (this machine alone), over the products in the file VECTORS. */
async function serve(): Promise<void> {
  const { PORT = '8080', HOST = '127.0.0.1', VECTORS } = process.env;
  const description = await readFile(new URL('./package.json', import.meta.url), 'utf8');
  const { name, version } = JSON.parse(description) as { name: string; version: string };
  const catalogue = VECTORS ? await readCatalogue(VECTORS) : null;
  await warmUp();
  const app = createService({ name, version, embed, catalogue });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void app.close());
  console.log(`${name} ${version} listens at ${await app.listen({ port: Number(PORT), host: HOST })}`);
}

await serve().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
