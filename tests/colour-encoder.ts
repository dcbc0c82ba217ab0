import { join } from 'node:path';
import { createVitrineClient, unwrap } from '@vitrine/client';
import type { ShopServer } from './shop-server.js';
import { promoteAndIndex } from './small-shop.js';

type Fixture = typeof import('../packages/server/dist/similarity/testing/two-sided.test.fixture.js');
const fixture = new URL('../../packages/server/dist/similarity/testing/two-sided.test.fixture.js', import.meta.url);

/** Puts an encoder into production that knows colours by sight and by name, and waits until searches are answered by it. */
export async function promoteColours({ url, localToken, dataDir }: ShopServer): Promise<void> {
  const { colourEncoder } = (await import(fixture.href)) as Fixture;
  const local = createVitrineClient({ baseUrl: url, apiKey: localToken });
  const path = await colourEncoder(join(dataDir, 'colours'));
  const model = unwrap(await local.POST('/api/v1/models/import', { body: { path } }));
  await promoteAndIndex(local, model.id);
  while (!unwrap(await local.GET('/api/v1/search')).words) await new Promise((resolve) => setTimeout(resolve, 200));
}
