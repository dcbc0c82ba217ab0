import { describe, expect, it } from 'vitest';
import { Catalogue } from './catalogue.js';
import { createService } from './service.js';

const photo = Buffer.from('a photo');
const jpeg = { 'content-type': 'image/jpeg' };
const parts = {
  name: 'shop',
  version: '3.0.0',
  embed: async (bytes: Uint8Array) => {
    if (bytes.length === 0)
      throw Object.assign(new Error('There is no photo; give one.'), { code: 'input.empty', status: 422 });
    return Float32Array.of(0, 1);
  },
  catalogue: new Catalogue([
    { id: 'a', vector: [1, 0] },
    { id: 'b', vector: [0.1, 1] },
  ]),
};
const service = createService(parts);

describe('a packed model as a service', () => {
  it('turns a photo into its vector', async () => {
    const answer = await service.inject({ method: 'POST', url: '/embed', headers: jpeg, body: photo });
    expect(answer.json()).toEqual({ vector: [0, 1] });
  });

  it('finds neighbours of a photo and of a vector', async () => {
    const byPhoto = await service.inject({ method: 'POST', url: '/neighbours?limit=1', headers: jpeg, body: photo });
    const byVector = await service.inject({ method: 'POST', url: '/neighbours?limit=1', payload: { vector: [0, 2] } });
    expect(byPhoto.json()).toMatchObject({ neighbours: [{ id: 'b' }] });
    expect(byVector.json()).toEqual(byPhoto.json());
  });

  it('says that it is well, and what it answers', async () => {
    expect((await service.inject('/healthz')).json()).toEqual({ ready: true, products: 2 });
    const { paths } = (await service.inject('/openapi.json')).json() as { paths: Record<string, object> };
    for (const [path, methods] of Object.entries(paths)) {
      for (const method of Object.keys(methods)) {
        expect(service.hasRoute({ method: method.toUpperCase() as 'GET', url: path })).toBe(true);
      }
    }
  });

  const large = Buffer.alloc(21 * 1024 * 1024);
  it.each([
    ['an empty body', '/embed', jpeg, Buffer.alloc(0), 422, 'input.empty'],
    ['words for a photo', '/embed', { 'content-type': 'text/plain' }, Buffer.from('hello'), 415, 'request.mediaType'],
    ['JSON for a photo', '/embed', { 'content-type': 'application/json' }, Buffer.from('{}'), 415, 'request.mediaType'],
    ['broken JSON', '/neighbours', { 'content-type': 'application/json' }, Buffer.from('{"ve'), 400, 'request.invalid'],
    [
      'a vector of words',
      '/neighbours',
      { 'content-type': 'application/json' },
      Buffer.from('{"vector":["a","b"]}'),
      422,
      'request.invalid',
    ],
    [
      'a vector of another model',
      '/neighbours',
      { 'content-type': 'application/json' },
      Buffer.from('{"vector":[1,2,3]}'),
      422,
      'catalogue.invalid',
    ],
    ['a limit of none', '/neighbours?limit=0', jpeg, photo, 400, 'request.invalid'],
    ['a limit that is no number', '/neighbours?limit=many', jpeg, photo, 400, 'request.invalid'],
    ['more than 20 MB', '/embed', jpeg, large, 413, 'request.tooLarge'],
    ['an unknown address', '/predict', jpeg, photo, 404, 'request.unknown'],
  ])('refuses %s with a code and what to do', async (_, url, headers, body, status, code) => {
    const answer = await service.inject({ method: 'POST', url, headers, body });
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ error: { code, message: expect.stringMatching(/\.$/) } });
  });

  it('without products says how to have some', async () => {
    const bare = createService({ ...parts, catalogue: null });
    const answer = await bare.inject({ method: 'POST', url: '/neighbours', headers: jpeg, body: photo });
    expect([answer.statusCode, answer.json().error.code]).toEqual([409, 'catalogue.none']);
  });
});
