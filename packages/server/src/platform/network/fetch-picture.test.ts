import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchPicture } from './fetch-picture.js';
import { isPublicAddress } from './public-address.js';

describe('pictures by URL', () => {
  let server: Server;
  let url: string;
  const anywhere = () => true;
  beforeAll(async () => {
    server = createServer((request, response) => {
      const { url: path = '' } = request;
      if (path === '/photo') return response.end('photo');
      if (path === '/loop') return response.writeHead(302, { location: '/loop' }).end();
      if (path === '/inside') return response.writeHead(302, { location: 'http://[::1]:1/' }).end();
      if (path === '/file') return response.writeHead(302, { location: 'file:///etc/hostname' }).end();
      if (path === '/huge') return response.end(Buffer.alloc(2 ** 21));
      return response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  it('are fetched, within limits', async () => {
    expect(await fetchPicture(`${url}/photo`, { isAllowed: anywhere })).toEqual(Buffer.from('photo'));
    await expect(fetchPicture(`${url}/huge`, { isAllowed: anywhere, maxBytes: 2 ** 20 })).rejects.toMatchObject({
      code: 'data.image.bytes',
    });
    for (const path of ['/none', '/loop', '/file'])
      await expect(fetchPicture(url + path, { isAllowed: anywhere })).rejects.toMatchObject({ code: 'data.image.url' });
  });

  it('are not fetched from this machine or its network, by number, name or redirect', async () => {
    const refused = { code: 'data.image.url', message: expect.stringContaining('not on the public internet') };
    await expect(fetchPicture(`${url}/photo`)).rejects.toMatchObject(refused);
    await expect(fetchPicture(url.replace('127.0.0.1', 'localhost'))).rejects.toMatchObject(refused);
    await expect(fetchPicture('http://0x7f000001/')).rejects.toMatchObject(refused);
    await expect(
      fetchPicture(`${url}/inside`, { isAllowed: (address) => address === '127.0.0.1' }),
    ).rejects.toMatchObject(refused);
  });

  it.each([
    ['8.8.8.8', true],
    ['2606:4700::1111', true],
    ['127.0.0.1', false],
    ['10.1.2.3', false],
    ['172.31.0.1', false],
    ['192.168.1.1', false],
    ['169.254.169.254', false],
    ['100.64.0.1', false],
    ['0.0.0.0', false],
    ['255.255.255.255', false],
    ['::1', false],
    ['fd00::1', false],
    ['fe80::1', false],
    ['::ffff:127.0.0.1', false],
    ['64:ff9b::7f00:1', false],
    ['2002:7f00:1::', false],
    ['not an address', false],
  ])('%s is public: %s', (address, expected) => {
    expect(isPublicAddress(address)).toBe(expected);
  });
});
