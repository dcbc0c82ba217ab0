import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { S3Bucket } from './bucket.js';
import { s3Setting } from './setting.js';

/** The keys of the example in Amazon's documentation. */
const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** When a link was signed, in milliseconds. */
function signedAt({ searchParams }: URL): number {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(searchParams.get('X-Amz-Date') ?? '') ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/**
 * Why S3 refuses a link to read an object, if it does: AWS Signature Version 4 in a query, by its specification
 * (docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html), apart from the library that signs.
 * @param now in milliseconds
 */
function refusalOf(link: URL, now: number): string | undefined {
  const query = new Map(link.searchParams);
  const [key = '', ...scope] = (query.get('X-Amz-Credential') ?? '').split('/');
  const signature = query.get('X-Amz-Signature');
  query.delete('X-Amz-Signature');
  const request = [
    'GET',
    link.pathname.split('/').map(decodeURIComponent).map(encoded).join('/'),
    [...query]
      .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
      .sort()
      .join('&'),
    ...[`host:${link.host}`, '', query.get('X-Amz-SignedHeaders'), 'UNSIGNED-PAYLOAD'],
  ].join('\n');
  const signed = ['AWS4-HMAC-SHA256', query.get('X-Amz-Date'), scope.join('/'), sha256(request)].join('\n');
  const hmac = (secret: string | Buffer, text: string) => createHmac('sha256', secret).update(text).digest();
  const signingKey = scope.reduce<string | Buffer>(hmac, `AWS4${credentials.secretAccessKey}`);
  if (key !== credentials.accessKeyId) return 'InvalidAccessKeyId';
  if (hmac(signingKey, signed).toString('hex') !== signature) return 'SignatureDoesNotMatch';
  return now > signedAt(link) + 1000 * Number(query.get('X-Amz-Expires')) ? 'AccessDenied' : undefined;
}

const example = (signature: string) =>
  new URL(
    `https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=${signature}`,
  );

test('signatures are told apart as in the example of Amazon’s documentation', () => {
  const given = example('aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404');
  expect(refusalOf(given, Date.UTC(2013, 4, 24, 12))).toBeUndefined();
  expect(refusalOf(given, Date.UTC(2013, 4, 25, 12))).toBe('AccessDenied');
  expect(refusalOf(example('a'.repeat(64)), Date.UTC(2013, 4, 24, 12))).toBe('SignatureDoesNotMatch');
});

describe('a link to an object of a bucket', () => {
  const SECONDS = 60;
  let server: Server;
  let link: URL;
  let bucket: (secret?: string) => S3Bucket;
  /** What the server's clock shows, in milliseconds after the link was signed. */
  let age: number;
  beforeAll(async () => {
    server = createServer(({ url = '', headers }, response) => {
      const asked = new URL(url, `http://${headers.host}`);
      const refusal = refusalOf(asked, signedAt(link) + age);
      const type = refusal ? 'text/plain' : (asked.searchParams.get('response-content-type') ?? '');
      response.writeHead(refusal ? 403 : 200, { 'content-type': type });
      response.end(refusal ?? decodeURIComponent(asked.pathname));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { bucket: name, prefix, client } = s3Setting('s3://shop/été (1)', { AWS_ENDPOINT_URL_S3: endpoint });
    bucket = (secretAccessKey = credentials.secretAccessKey) =>
      new S3Bucket(name, prefix, { ...client, credentials: { ...credentials, secretAccessKey } });
    link = new URL(await bucket().link('content/a photo', SECONDS, 'image/jpeg'));
  });
  afterAll(async () => {
    server.close();
    await once(server, 'close');
  });

  async function follow(to: URL, after = 0): Promise<[status: number, text: string, type: string | null]> {
    age = after;
    const answer = await fetch(to);
    return [answer.status, await answer.text(), answer.headers.get('content-type')];
  }
  const refused = (why: string) => [403, why, 'text/plain'];
  const changed = (change: (url: URL) => void) => {
    const url = new URL(link);
    change(url);
    return url;
  };

  test('gives it as what it is said to be, until its time is over', async () => {
    const given = [200, '/shop/été (1)/content/a photo', 'image/jpeg'];
    expect(await follow(link)).toEqual(given);
    expect(await follow(link, 1000 * SECONDS)).toEqual(given);
    expect(await follow(link, 1000 * SECONDS + 1)).toEqual(refused('AccessDenied'));
  });

  test.each<[what: string, change: (url: URL) => void]>([
    ['another object', (url) => (url.pathname = url.pathname.replace('photo', 'secret'))],
    ['another type', (url) => url.searchParams.set('response-content-type', 'text/html')],
    ['more time', (url) => url.searchParams.set('X-Amz-Expires', '6000')],
    ['a later time', (url) => url.searchParams.set('X-Amz-Date', '29990101T000000Z')],
    ['a version', (url) => url.searchParams.set('versionId', '1')],
    ['another signature', (url) => url.searchParams.set('X-Amz-Signature', '0'.repeat(64))],
  ])('gives nothing once it was changed to ask for %s', async (_, change) => {
    expect(await follow(changed(change))).toEqual(refused('SignatureDoesNotMatch'));
  });

  test('gives nothing where it was signed with another secret', async () => {
    const forged = new URL(await bucket('another secret').link('content/a photo', SECONDS, 'image/jpeg'));
    expect(await follow(forged)).toEqual(refused('SignatureDoesNotMatch'));
  });
});
