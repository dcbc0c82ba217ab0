import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inFreshDirectory, testData, vitrine } from '../product.js';
import { publish, table } from '../report.js';
import { type SearchServer, startIndexing, timed } from './indexing.js';

/** Requests under way at the same time. */
const AT_ONCE = 4;
const MAP = 'id=asin,title=title,label=product_type_name,image=image_file';

interface Found {
  products: number;
  /** With at least one result that reaches its threshold. */
  matched: number;
  /** Share of the ten nearest that have the product's own type. */
  sameType: number;
}

/** From a file of 9,000 products to what is similar to each. */
export async function apparel(): Promise<void> {
  const path = join(testData, 'amazon-apparel', 'amazon-apparel.tar');
  if (!existsSync(path)) {
    console.warn(`SKIPPED: no data at ${path}; set VITRINE_TEST_DATA.`);
    return;
  }
  await inFreshDirectory(async (dataDir) => {
    const words = ['data', 'import', 'products', path, '--name', 'apparel', '--map', MAP];
    const imported = await timed(() => vitrine<{ rows: number }>(dataDir, ...words));
    const listed = await timed(() => vitrine(dataDir, 'data', 'publish', 'apparel'));
    const trained = await timed(() =>
      vitrine(dataDir, 'train', 'similar', '--data', 'apparel', 'backbone=resnet18', 'size=64', 'epochs=2'),
    );
    const server = await startIndexing(dataDir);
    try {
      const similar = await timed(() => similarForAll(server));
      const { products, matched, sameType } = similar.result;
      const { embedded, failed, backend, dimension } = server.status;
      const each = (seconds: number, count: number) => `${(count / seconds).toFixed(0)} a second`;
      await publish('apparel', 'Amazon apparel, from a file to what is similar', [
        `${imported.result.rows} products with photos of at most 160 pixels; ResNet-18 at 64 × 64 pixels after 2 epochs, which is short: it is the times that count here.`,
        table(
          ['step', 'seconds', ''],
          [
            ['import as a data set', imported.seconds.toFixed(0), each(imported.seconds, imported.result.rows)],
            ['list as products', listed.seconds.toFixed(0), each(listed.seconds, imported.result.rows)],
            ['train the encoder', trained.seconds.toFixed(0), ''],
            ['embed, index, measure thresholds', server.seconds.toFixed(0), each(server.seconds, embedded + failed)],
            ['similar products of all, over HTTP', similar.seconds.toFixed(0), each(similar.seconds, products)],
          ],
        ),
        `${embedded} photos embedded, ${failed} can’t be read; index: ${backend}, ${dimension} numbers a photo. ${matched} of ${products} products have a match that reaches its threshold; of the ten nearest, ${(100 * sameType).toFixed(1)} % have the product’s own type.`,
      ]);
    } finally {
      await server.stop();
    }
  });
}

async function similarForAll({ url, headers }: SearchServer): Promise<Found> {
  const get = async <T>(path: string) => (await (await fetch(`${url}/api/v1${path}`, { headers })).json()) as T;
  const queue: { id: string; category: string | null }[] = [];
  for (let page = 1; ; page++) {
    const { items } = await get<{ items: typeof queue }>(`/products?page=${page}&limit=200&sort=oldest`);
    queue.push(...items);
    if (items.length < 200) break;
  }
  const products = queue.length;
  let [matched, sameType] = [0, 0];
  const ask = async () => {
    for (let product = queue.pop(); product; product = queue.pop()) {
      const { id, category } = product;
      const answer = await get<{ goodMatch: boolean; results: { product: { category: string | null } }[] }>(
        `/products/${encodeURIComponent(id)}/similar?limit=10`,
      );
      if (answer.goodMatch) matched += 1;
      const same = answer.results.filter((result) => result.product.category === category).length;
      sameType += same / Math.max(1, answer.results.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  return { products, matched, sameType: sameType / Math.max(1, products) };
}
