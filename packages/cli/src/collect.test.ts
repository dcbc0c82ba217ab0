import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const bin = fileURLToPath(new URL('../bin/vitrine.js', import.meta.url));
const shop = createServer((request, response) => {
  const id = /^\/p\/(\w+)/.exec(request.url ?? '')?.[1];
  const product = { '@type': 'Product', sku: id, name: `Coat ${id}`, offers: { price: 80, priceCurrency: 'EUR' } };
  response.setHeader('content-type', 'text/html');
  if (request.url === '/coats') response.end('<a class="p" href="/p/a"></a><a class="p" href="/p/b"></a>');
  else if (id) response.end(`<script type="application/ld+json">${JSON.stringify(product)}</script>`);
  else response.writeHead(404).end();
});
let folder: string;
let url: string;

function vitrine(...words: string[]): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, VITRINE_COLLECT_FROM: '127.0.0.1' };
    const all = [bin, ...words, '--data-dir', join(folder, 'data'), '--json'];
    execFile(process.execPath, all, { env }, (_, stdout, stderr) => {
      if (stdout.startsWith('{')) resolve(JSON.parse(stdout) as Record<string, unknown>);
      else reject(new Error(stderr));
    });
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-collect-'));
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  const config = `name: coats\nstart: ['${url}/coats']\nlisting: { links: a.p }\nlimits: { perSecond: 0 }\n`;
  await writeFile(join(folder, 'site.yaml'), config);
});
afterAll(async () => {
  shop.closeAllConnections();
  shop.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

test('a site is previewed, collected and scheduled from the command line', async () => {
  const site = join(folder, 'site.yaml');
  expect(await vitrine('collect', site, '--preview', `${url}/p/a`)).toMatchObject({
    products: [{ product: { id: 'a', name: 'Coat a', price: 80 } }],
  });
  expect(await vitrine('collect', site)).toMatchObject({ pages: 3, products: 2, new: 2, failed: 0 });
  expect(await vitrine('collect', site, '--schedule', '0 3 * * *')).toMatchObject({
    ...{ kind: 'collect', target: { site: 'coats' }, nextAt: expect.stringMatching(/T/) },
  });
});

test('a config that is not there names the ready ones', async () => {
  const answer = await vitrine('collect', 'nowhere.yaml');
  expect(answer.error).toMatchObject({ code: 'cli.path', message: expect.stringMatching(/amazon.*hm.*otto/) });
});
