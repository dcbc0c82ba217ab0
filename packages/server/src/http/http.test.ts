import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { VitrineError } from '@vitrine/models';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openLog } from '../platform/log.js';
import { Metrics } from '../platform/metrics.js';
import { type AppOptions, buildApp } from './app.js';
import type { Caller } from './caller.js';
import { endpoint } from './endpoint.js';
import { openApiDocument } from './openapi.js';
import { createRouter, type Route } from './router.js';
import { lastEventId, sendEvents } from './sse.js';

const admin: Caller = {
  userId: 'u',
  name: 'a@example.com',
  role: 'admin',
  via: 'session',
  credentialId: 's',
  scopes: [],
};
const common = { tag: 'Test', summary: 'Test', access: 'public' } as const;

let app: FastifyInstance;
let route: Route;
let metrics: Metrics;
let logged: string[];

async function build(options: Partial<AppOptions> = {}): Promise<void> {
  logged = [];
  metrics = new Metrics();
  const log = openLog('info', { write: (line: string) => void logged.push(line) });
  app = await buildApp({
    describe: () => openApiDocument('0', []),
    log,
    metrics,
    requestsPerMinute: 0,
    trustProxy: false,
    ...options,
  });
  route = createRouter(app, { authenticate: async () => admin, trustedOrigins: ['https://shop.example'] });
}
beforeEach(() => build());
afterEach(async () => {
  await app.close();
  metrics.close();
});

const echo = endpoint({
  ...common,
  method: 'POST',
  path: '/echo/:n',
  id: 'echo',
  params: z.object({ n: z.coerce.number().int() }),
  query: z.object({ q: z.string().default('none') }),
  body: z.object({ title: z.string().min(1, 'Give it a title.') }),
  response: z.object({ n: z.number(), q: z.string(), title: z.string() }),
});
const registerEcho = () =>
  route(echo, ({ params, query, body }) => ({ ...params, ...query, ...body, secret: 'never sent' }) as never);
const post = (url: string, payload: unknown, headers: Record<string, string> = {}) =>
  app.inject({ method: 'POST', url: `/api/v1${url}`, headers, payload: payload as object });

describe('input and answer', () => {
  test('a handler gets checked values, and an answer holds what the contract names alone', async () => {
    registerEcho();
    const answer = await post('/echo/3?q=x', { title: 'Coat' });
    expect(answer.json()).toEqual({ n: 3, q: 'x', title: 'Coat' });
  });

  test.each([
    ['/echo/x', { title: 'Coat' }, 422, 'request.invalid', 'n'],
    ['/echo/3', { title: '' }, 422, 'request.invalid', 'title: Give it a title.'],
    ['/echo/3', [], 422, 'request.invalid', 'body'],
    ['/echo/3', '{"title":', 400, 'request.invalid', 'not valid JSON'],
    ['/echo/3', { title: 'x'.repeat(5 << 20) }, 413, 'request.tooLarge', 'too large'],
  ])('%s with a wrong body: %#', async (url, payload, status, code, sentence) => {
    registerEcho();
    const answer = await post(url, payload, { 'content-type': 'application/json' });
    expect([answer.statusCode, answer.json().error.code]).toEqual([status, code]);
    expect(answer.json().error.message).toContain(sentence);
  });

  const form = endpoint({
    ...common,
    method: 'POST',
    path: '/form',
    id: 'form',
    consumes: 'json|multipart',
    body: z.object({ title: z.string(), price: z.coerce.number().optional() }),
    response: z.object({ title: z.string(), price: z.number().optional() }),
  });
  const part = (name: string, more = '') => `--x\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n`;

  test.each([
    ['without a boundary', 'multipart/form-data', 'title=Coat', 400],
    ['whose boundary never comes', 'multipart/form-data; boundary=x', 'title=Coat', 400],
    ['with an endless boundary', `multipart/form-data; boundary=${'x'.repeat(300)}`, 'title=Coat', 400],
    ['cut in a header', 'multipart/form-data; boundary=x', '--x\r\ncontent-disp', 400],
    ['cut in a field', 'multipart/form-data; boundary=x', `${part('title')}Co`, 400],
    ['cut in a file', 'multipart/form-data; boundary=x', `${part('image', '; filename="a.jpg"')}abc`, 400],
    ['with a prototype’s field', 'multipart/form-data; boundary=x', `${part('__proto__')}a\r\n--x--\r\n`, 400],
    ['of 100 parts', 'multipart/form-data; boundary=x', `${`${part('title')}a\r\n`.repeat(100)}--x--\r\n`, 413],
  ])('a form %s is refused', async (_, type, payload, status) => {
    route(form, ({ body }) => body);
    const answer = await post('/form', payload, { 'content-type': type });
    expect([answer.statusCode, answer.json().error.code]).toEqual([status, 'request.invalid']);
    expect(answer.json().error.message).toMatch(/form/);
  });

  test('a form that is too large altogether is refused, though each part is not', async () => {
    route(form, ({ body }) => body);
    const payload = `${`${part('title')}${'a'.repeat(3 << 20)}\r\n`.repeat(11)}--x--\r\n`;
    const answer = await post('/form', payload, { 'content-type': 'multipart/form-data; boundary=x' });
    expect([answer.statusCode, answer.json().error.code]).toEqual([413, 'request.tooLarge']);
    expect(answer.json().error.message).toContain('32 MB');
  });

  test('behind a proxy, no address is believed that the client made up', async () => {
    await app.close();
    metrics.close();
    await build({ trustProxy: true });
    app.get('/ip', (request) => ({ ip: request.ip }));
    const asked = async (forwarded: string) =>
      (await app.inject({ url: '/ip', headers: { 'x-forwarded-for': forwarded } })).json().ip;
    expect(await asked('203.0.113.9')).toBe('203.0.113.9');
    expect(await asked('1.2.3.4, 203.0.113.9, 10.0.0.2')).toBe('203.0.113.9');
  });

  test('what is no address is answered like any unknown page', async () => {
    expect((await app.inject({ url: '//' })).statusCode).toBe(404);
  });

  test('a field that is declared as JSON is taken as it was sent', async () => {
    route(form, ({ body }) => body);
    const json = `${part('title', '\r\ncontent-type: application/json')}{"a":1}\r\n--x--\r\n`;
    const answer = await post('/form', json, { 'content-type': 'multipart/form-data; boundary=x' });
    expect(answer.json()).toEqual({ title: '{"a":1}' });
  });

  test('a field that was left empty counts as left out', async () => {
    route(form, ({ body }) => body);
    const empty = `${part('title')}Coat\r\n${part('price')}\r\n--x--\r\n`;
    const answer = await post('/form', empty, { 'content-type': 'multipart/form-data; boundary=x' });
    expect(answer.json()).toEqual({ title: 'Coat' });
  });

  test.each([
    ['/echo/%ff', 400, '%25'],
    [`/echo/${'3'.repeat(400)}`, 414, 'too long'],
  ])('an address that can’t be read is refused: %.12s', async (url, status, sentence) => {
    registerEcho();
    const answer = await post(url, { title: 'Coat' });
    expect([answer.statusCode, answer.json().error.code]).toEqual([status, 'request.invalid']);
    expect(answer.json().error.message).toContain(sentence);
  });

  test('a body of another type is refused', async () => {
    registerEcho();
    expect((await post('/echo/3', '<a/>', { 'content-type': 'text/xml' })).statusCode).toBe(415);
  });
});

describe('errors', () => {
  const failing = (error: unknown) =>
    route(endpoint({ ...common, method: 'GET', path: '/fail', id: 'fail' }), () => {
      throw error;
    });
  const get = () => app.inject('/api/v1/fail');

  test('typed ones are told', async () => {
    failing(new VitrineError('model.none', 'Train one.', 409, { task: 'classify' }));
    const answer = await get();
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toEqual({
      error: { code: 'model.none', message: 'Train one.', details: { task: 'classify' } },
    });
  });

  test('others tell nothing but where the log has them', async () => {
    failing(new Error('password=hunter2 at /srv/secret'));
    const answer = await get();
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toMatch(/hunter2|secret/);
    expect(answer.body).toContain(answer.headers['x-request-id']);
    expect(logged.join('')).toContain('hunter2');
  });

  test.each([
    [{ code: 'ENOSPC' }, 507, 'storage.full'],
    [{ cause: { code: '53100' } }, 507, 'storage.full'],
    [{ cause: { code: '22021' } }, 422, 'input.characters'],
    [{ cause: { code: '22P02' } }, 422, 'input.value'],
    [{ cause: { code: '23505' } }, 409, 'conflict'],
  ])('%j of disk or database becomes one to act on', async (properties, status, code) => {
    failing(Object.assign(new Error('driver'), properties));
    const answer = await get();
    expect([answer.statusCode, answer.json().error.code]).toEqual([status, code]);
  });

  test('a database that can’t be reached is told, and when to come back', async () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'ECONNREFUSED' });
    failing(new Error('Failed query: select secret', { cause }));
    const answer = await get();
    expect([answer.statusCode, answer.json().error.code]).toEqual([503, 'database.unreachable']);
    expect(answer.json().error.message).toContain('Try again');
    expect(answer.body).not.toMatch(/10\.0\.0\.7|secret/);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(logged.join('')).toContain('ECONNREFUSED');
  });

  test('what is not there is a 404 in JSON', async () => {
    const answer = await app.inject('/api/v1/nothing');
    expect([answer.statusCode, answer.json().error.code]).toEqual([404, 'http.unknown']);
  });
});

describe('writes from another site', () => {
  test.each([
    ['https://evil.example', 403],
    ['null', 403],
    ['https://shop.example', 200],
    ['http://localhost:80', 200],
  ])('origin %s answers %i', async (origin, status) => {
    registerEcho();
    const host = 'localhost:80';
    expect(
      (await post('/echo/1', { title: 'x' }, { origin: origin.replace(':80', ''), host: host.replace(':80', '') }))
        .statusCode,
    ).toBe(status);
  });

  test('don’t matter where a token is sent on purpose', async () => {
    registerEcho();
    const headers = { origin: 'https://evil.example', authorization: 'Bearer vk_x' };
    expect((await post('/echo/1', { title: 'x' }, headers)).statusCode).toBe(200);
  });
});

test('an endpoint’s rate limit answers 429 and says when to come back', async () => {
  await app.close();
  await build({ requestsPerMinute: 1000 });
  route(endpoint({ ...common, method: 'GET', path: '/few', id: 'few', rateLimit: 2 }), () => undefined);
  const answers = [await app.inject('/api/v1/few'), await app.inject('/api/v1/few'), await app.inject('/api/v1/few')];
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 429]);
  expect(answers[2]?.json().error.code).toBe('request.rate');
  expect(Number(answers[2]?.headers['retry-after'])).toBeGreaterThan(0);
});

describe('server-sent events', () => {
  const events = endpoint({ ...common, method: 'GET', path: '/events', id: 'events', produces: 'text/event-stream' });

  test('carry ids and names; a client that lost the connection says where it was', async () => {
    route(events, ({ request, reply }) =>
      sendEvents(request, reply, async function* () {
        yield { id: '8', event: 'metrics', data: { after: lastEventId(request) ?? null } };
        yield { data: 'two\nlines' };
      }),
    );
    const answer = await app.inject({ url: '/api/v1/events', headers: { 'last-event-id': '7' } });
    expect(answer.headers['content-type']).toContain('text/event-stream');
    expect(answer.body).toContain('id: 8\nevent: metrics\ndata: {"after":"7"}\n\n');
    expect(answer.body).toContain('data: "two\\nlines"\n\n');
  });

  test('end at once where the client left before they began', async () => {
    let arrived: (() => void) | undefined;
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const toldOfIt = new Promise<boolean>((resolve) => {
      route(events, async ({ request, reply }) => {
        arrived?.();
        await once(reply.raw, 'close');
        return sendEvents(request, reply, async function* (signal) {
          resolve(signal.aborted);
          yield { data: 'to nobody' };
        });
      });
    });
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    const client = new AbortController();
    const answer = fetch(`${url}/api/v1/events`, { signal: client.signal });
    await arrival;
    client.abort();
    await expect(answer).rejects.toThrow();
    expect(await toldOfIt).toBe(true);
  });

  test('end when the server closes', async () => {
    let ended = false;
    route(events, ({ request, reply }) =>
      sendEvents(request, reply, async function* (signal) {
        yield { data: 1 };
        while (!signal.aborted) await sleep(10);
        ended = true;
      }),
    );
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    const answer = await fetch(`${url}/api/v1/events`);
    const reader = answer.body?.getReader();
    await reader?.read();
    await app.close();
    expect(ended).toBe(true);
    await reader?.cancel();
  });
});

describe('pages', () => {
  test('the documentation works without anything from elsewhere', async () => {
    const page = await app.inject('/docs/');
    expect(page.statusCode).toBe(200);
    expect(page.body).not.toMatch(/(src|href)="https?:/);
    expect(page.body.replace(/<script[^>]*src=[^>]*>\s*<\/script>/g, '')).not.toContain('<script');
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toContain('upgrade-insecure-requests');
    expect((await app.inject('/openapi.json')).json().openapi).toBe('3.1.0');
  });

  test('every page of the web app is its index; assets are kept for good', async () => {
    const webDir = await mkdtemp(join(tmpdir(), 'vitrine-web-'));
    await mkdir(join(webDir, 'assets'));
    await writeFile(join(webDir, 'index.html'), '<h1>Vitrine</h1>');
    await writeFile(join(webDir, 'assets', 'app-1a2b.js'), 'export {}');
    await app.close();
    await build({ webDir });
    const page = (url: string) => app.inject({ url, headers: { accept: 'text/html' } });
    for (const url of ['/', '/products/12?tab=x']) expect((await page(url)).body).toBe('<h1>Vitrine</h1>');
    expect((await page('/')).headers['cache-control']).toBe('no-cache');
    expect((await page('/assets/app-1a2b.js')).headers['cache-control']).toContain('immutable');
    expect((await page('/assets/old.js')).statusCode).toBe(404);
    expect((await page('/api/v1/nothing')).json().error.code).toBe('http.unknown');
    expect((await page('/%2e%2e/secret')).body).not.toContain('root:');
    await rm(webDir, { recursive: true });
  });
});

test('a request under way is answered before the server closes', async () => {
  let arrived: (() => void) | undefined;
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const slow = endpoint({ ...common, method: 'GET', path: '/slow', id: 'slow', response: z.string() });
  route(slow, async () => {
    arrived?.();
    await sleep(100);
    return 'done';
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const answer = fetch(`${url}/api/v1/slow`);
  await arrival;
  await app.close();
  expect(await (await answer).json()).toBe('done');
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
});

test('requests are counted by their route', async () => {
  registerEcho();
  await post('/echo/1', { title: 'x' });
  const text = await metrics.registry.metrics();
  expect(text).toMatch(
    /vitrine_http_request_seconds_count\{method="POST",route="\/api\/v1\/echo\/:n",status="200"\} 1/,
  );
});
