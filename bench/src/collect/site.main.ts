import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';

/** A shop: paged listings and product pages of some 30 kB, each with JSON-LD and, if wanted, a photo of its own. */
const [pages, photos] = [Number(process.argv[2]), process.argv[3] === 'true'];
const PER_LISTING = 40;
const MOTIFS = 64;
const listings = Math.ceil(pages / (PER_LISTING + 1));
const products = pages - listings;

const menu = Array.from(
  { length: 150 },
  (_, index) =>
    `<li class="menu-item level-${index % 3}"><a href="/women/part-${index}"><span>Part ${index}</span></a></li>`,
).join('\n');
const words = 'soft warm light linen cotton wool woven knitted for every day with pockets and a collar'.split(' ');
const prose = Array.from({ length: 1500 }, (_, index) => words[(index * 7) % words.length]).join(' ');

function page(head: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">${head}</head><body>
<nav><ul>${menu}</ul></nav><main>${body}</main><footer><ul>${menu}</ul></footer></body></html>`;
}

function listing(number: number): string {
  const from = (number - 1) * PER_LISTING + 1;
  const cards = Array.from({ length: Math.min(PER_LISTING, products - from + 1) }, (_, index) => {
    const id = from + index;
    return `<li class="card"><a class="product" href="/p/${id}"><b>Dress ${id}</b><i>${10 + (id % 90)} €</i></a></li>`;
  });
  const next = number < listings ? `<a rel="next" href="/women?page=${number + 1}">Next</a>` : '';
  return page('<title>Women</title>', `<ul>${cards.join('')}</ul>${next}`);
}

function product(id: number): string {
  const linked = {
    '@context': 'https://schema.org',
    '@type': 'Product',
    ...{ sku: `sku-${id}`, name: `Dress number ${id}`, description: prose.slice(0, 400) },
    ...(photos ? { image: [`/photo/${id}.jpg`] } : {}),
    brand: { name: 'Loom' },
    offers: [{ price: String(10 + (id % 90)), priceCurrency: 'EUR' }],
  };
  return page(
    `<link rel="canonical" href="/p/${id}"><script type="application/ld+json">${JSON.stringify(linked)}</script>`,
    `<h1>Dress number ${id}</h1><p>${prose}</p>`,
  );
}

const motifs = await Promise.all(
  Array.from({ length: photos ? MOTIFS : 0 }, (_, motif) => {
    const pixels = Buffer.from(Array.from({ length: 9 * 8 * 3 }, (_, at) => ((at + 1) * (motif + 3) * 7919) % 256));
    const raw = { width: 9, height: 8, channels: 3 } as const;
    return sharp(pixels, { raw }).resize(450, 600, { fit: 'fill' }).jpeg().toBuffer();
  }),
);
/** Bytes behind the end of a picture make every photo one of its own. */
const photo = (id: number) => Buffer.concat([motifs[id % MOTIFS] ?? Buffer.of(), Buffer.from(`photo ${id}`)]);

let asked = 0;
const server = createServer(({ url = '/' }, response) => {
  const [, kind, id] = /^\/(p|photo)\/(\d+)/.exec(url) ?? [];
  if (kind === 'photo') return response.writeHead(200, { 'content-type': 'image/jpeg' }).end(photo(Number(id)));
  const isPage = kind === 'p' || /^\/women(\?page=\d+)?$/.test(url);
  if (!isPage) return response.writeHead(404).end();
  asked += 1;
  const body = kind === 'p' ? product(Number(id)) : listing(Number(/page=(\d+)/.exec(url)?.[1] ?? 1));
  return response.writeHead(200, { 'content-type': 'text/html' }).end(body);
});
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, products });
});
process.on('message', () => {
  process.send?.(asked);
  asked = 0;
});
process.on('disconnect', () => process.exit());
