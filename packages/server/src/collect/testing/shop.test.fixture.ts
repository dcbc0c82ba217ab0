import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';

const PER_PAGE = 20;
/** Products after these have none: each costs time. */
const WITH_PHOTO = 50;
const DAY_MS = 86_400_000;

interface Answer {
  status?: number;
  type?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** The connection ends without an answer. */
  isCut?: boolean;
}

/** A shop on this machine: paged listings, product pages with JSON-LD, photos, robots.txt. Its answers can be changed. */
export class TestShop {
  /** Paths asked for, in order. */
  readonly asked: string[] = [];
  /** Paths whose answer was 304: the request named the version there is. */
  readonly unchanged: string[] = [];
  /** Answers of paths, before the shop's own. */
  readonly answers = new Map<string, Answer | ((request: IncomingMessage) => Answer | Promise<Answer>)>();
  robots = 'User-agent: *\nDisallow: /private/\n';
  /** Products by number: price in the main unit. */
  readonly prices = new Map<number, number>();
  /** What the products' ids begin with. */
  prefix = 'sku';
  /** Breadcrumbs of the products' pages, where they have any. */
  crumbs: string[] = [];
  /** Products that are sold out, by number. */
  readonly soldOut = new Set<number>();
  url = '';
  #server: Server | undefined;
  readonly #photos = new Map<number, Buffer>();

  constructor(products: number) {
    for (let number = 1; number <= products; number++) this.prices.set(number, 10 + number);
  }

  async open(): Promise<this> {
    this.#server = createServer((request, response) => void this.#answer(request, response));
    await new Promise<void>((resolve) => this.#server?.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  /** Answers a path only once what this returns is called. */
  hold(path: string): () => void {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.answers.set(path, (request) => held.then(() => this.#own(path, request)));
    return release;
  }

  close(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  /** A config of the shop, with more lines after it. */
  config(more = ''): string {
    return `name: test-shop
start:
  - { url: '${this.url}/women', category: [Women] }
listing: { links: 'a.product', next: 'a[rel=next]' }
limits: { perSecond: 0, concurrency: 8, retries: 2, retrySeconds: 0.01 }
${more}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    this.asked.push(path);
    const given = this.answers.get(path);
    const answer = (typeof given === 'function' ? await given(request) : given) ?? (await this.#own(path, request));
    if (answer.isCut) return void request.socket.destroy();
    response.writeHead(answer.status ?? 200, { 'content-type': answer.type ?? 'text/html', ...answer.headers });
    response.end(answer.body ?? '');
  }

  async #own(path: string, request: IncomingMessage): Promise<Answer> {
    if (path === '/robots.txt') return { type: 'text/plain', body: this.robots };
    const product = /^\/p\/(\d+)/.exec(path);
    if (product) return this.#product(Number(product[1]), request);
    const photo = /^\/photo\/(\d+)/.exec(path);
    if (Number(photo?.[1]) <= WITH_PHOTO) return { type: 'image/jpeg', body: await this.#photo(Number(photo?.[1])) };
    return path.startsWith('/women') ? this.#listing(path) : { status: 404 };
  }

  #listing(path: string): Answer {
    const page = Number(new URL(path, this.url).searchParams.get('page') ?? 1);
    const numbers = [...this.prices.keys()].slice((page - 1) * PER_PAGE, page * PER_PAGE);
    const links = numbers.map((number) => `<a class="product" href="/p/${number}?utm_source=list">Dress</a>`);
    const next = page * PER_PAGE < this.prices.size ? `<a rel="next" href="/women?page=${page + 1}">Next</a>` : '';
    return { body: `<html><body>${links.join('')}${next}</body></html>` };
  }

  #product(number: number, request: IncomingMessage): Answer {
    const price = this.prices.get(number);
    if (price === undefined) return { status: 404 };
    const { validator, condition, version } = versionOf(number, price, this.prefix);
    if (request.headers[condition] === version) {
      this.unchanged.push(request.url ?? '/');
      return { status: 304 };
    }
    const stock = this.soldOut.has(number) ? 'OutOfStock' : 'InStock';
    const linked = {
      '@type': 'Product',
      ...{
        sku: `${this.prefix}-${number}`,
        name: `Dress number ${number}`,
        image: [`/photo/${number}`],
        brand: { name: 'Loom' },
      },
      offers: [{ price: String(price), priceCurrency: 'EUR', availability: `https://schema.org/${stock}` }],
    };
    const crumbs = { '@type': 'BreadcrumbList', itemListElement: this.crumbs.map((name) => ({ item: { name } })) };
    const body = `<html><head><link rel="canonical" href="/p/${number}">
      <script type="application/ld+json">${JSON.stringify([linked, crumbs])}</script></head><body><h1>Dress</h1></body></html>`;
    return { headers: { [validator]: version }, body };
  }

  async #photo(number: number): Promise<Buffer> {
    const known = this.#photos.get(number);
    if (known) return known;
    const pixels = Buffer.from(Array.from({ length: 9 * 8 }, (_, index) => ((index + 1) * (number + 3) * 7919) % 256));
    const photo = await sharp(pixels, { raw: { width: 9, height: 8, channels: 1 } })
      .resize(36, 32, { kernel: 'nearest' })
      .jpeg()
      .toBuffer();
    this.#photos.set(number, photo);
    return photo;
  }
}

/** What a product's page is told by when it is asked for again: an odd one by its tag, an even one by its date. */
function versionOf(number: number, price: number, prefix: string) {
  if (number % 2) return { validator: 'etag', condition: 'if-none-match', version: `"${prefix}-${number}-${price}"` };
  const version = new Date((price + 1000 * prefix.length) * DAY_MS).toUTCString();
  return { validator: 'last-modified', condition: 'if-modified-since', version };
}
