import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Collecting } from '../../collect/testing/collecting.test.fixture.js';
import type { Pipeline } from '../api.js';

let collecting: Collecting;
beforeAll(async () => {
  collecting = await Collecting.open(40, { serveModels: true });
});
afterAll(() => collecting.close());

/** Each page of the listing a category of its own: encoders are measured by categories. */
const configOf = (url: string) => `name: test-shop
start:
  - { url: '${url}/women', category: [Women] }
  - { url: '${url}/women?page=2', category: [Men] }
listing: { links: 'a.product' }
limits: { perSecond: 0 }
`;

it('goes from a site to an encoder in production that finds what looks like any of its products', async () => {
  const { shop, send } = collecting;
  await send('POST', '/collect/sites', { config: configOf(shop.url) });
  const config = { backbone: 'small', size: 16, epochs: 2, batchSize: 8, projection: 16 };
  const { body } = await send('POST', '/pipelines', { input: { task: 'similar', site: 'test-shop', config } });
  const pipeline = await ended(body.id);
  expect(pipeline.steps.map(({ name, state, output }) => [name, state, output])).toEqual([
    ['collect', 'succeeded', { pages: 42, failed: 0, products: 40, new: 40, changed: 0, gone: 0 }],
    ['snapshot', 'succeeded', { dataset: 'catalogue', rows: 40 }],
    ['check', 'succeeded', { rows: 40, problems: expect.any(Array) }],
    ['train', 'succeeded', { runId: expect.any(String), modelId: expect.any(String) }],
    ['evaluate', 'succeeded', expect.objectContaining({ metric: 'precisionAt10', productionId: null })],
    ['gate', 'succeeded', { passed: true, reason: expect.stringContaining('precisionAt10') }],
    ['promote', 'succeeded', { modelId: expect.any(String), version: 1 }],
    ['index', 'succeeded', { embedded: 40, failed: 0 }],
  ]);
  const { id } = (await send('GET', '/models/similar')).body;
  const ready = { state: 'ready', model: { id }, embedded: 40, waiting: 0 };
  await expect.poll(async () => (await send('GET', '/index')).body).toMatchObject(ready);
  const [product] = (await collecting.listed()).values();
  const { results } = (await send('GET', `/products/${product?.id}/similar?limit=5`)).body;
  expect(results).toHaveLength(5);
});

async function ended(id: unknown): Promise<Pipeline> {
  for (;;) {
    const pipeline = (await collecting.send('GET', `/pipelines/${id}`)).body as unknown as Pipeline;
    if (pipeline.state !== 'running') return pipeline;
    await sleep(100);
  }
}
