import { get as httpGet, type IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';
import { isIP } from 'node:net';
import { DataError } from '@vitrine/models/errors';
import { MAX_PICTURE_BYTES } from '../images/picture.js';
import { guardedLookup } from './guarded-lookup.js';
import { isPublicAddress } from './public-address.js';

const MAX_REDIRECTS = 4;
const TIMEOUT_MS = 20_000;

export interface FetchPictureOptions {
  signal?: AbortSignal | undefined;
  /** Which addresses may be called; public ones unless said. */
  isAllowed?: ((address: string) => boolean) | undefined;
  /** Of the largest file taken. */
  maxBytes?: number | undefined;
}

/**
 * Fetches a picture over HTTP(S), within limits of time, size and redirects, from public addresses only. Addresses are
 * checked in the connection's own name look-up, at every redirect, so that no second answer can slip in between.
 * @throws DataError `data.image.url` (refused, unreachable) or `data.image.bytes` (too large)
 */
export async function fetchPicture(
  url: string,
  { signal, isAllowed = isPublicAddress, maxBytes = MAX_PICTURE_BYTES }: FetchPictureOptions = {},
): Promise<Buffer> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const stop = signal ? AbortSignal.any([signal, timeout]) : timeout;
  let target = url;
  try {
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const response = await request(target, stop, isAllowed);
      const { statusCode = 0, headers } = response;
      if (statusCode === 200) return await bodyOf(response, maxBytes);
      response.destroy();
      if (statusCode < 300 || statusCode > 399 || !headers.location)
        throw new DataError('data.image.url', `The picture’s address answers with status ${statusCode}.`);
      target = new URL(headers.location, target).href;
    }
    throw new DataError('data.image.url', 'The picture’s address redirects too often.');
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    signal?.throwIfAborted();
    const why = timeout.aborted ? 'took over 20 seconds' : 'can’t be reached';
    throw new DataError('data.image.url', `The picture’s address ${why}; check it or download the picture first.`, {
      url,
      cause: String(cause),
    });
  }
}

function request(url: string, signal: AbortSignal, isAllowed: (address: string) => boolean): Promise<IncomingMessage> {
  const { protocol, hostname } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  if ((protocol !== 'http:' && protocol !== 'https:') || (isIP(host) && !isAllowed(host))) throw refused();
  const get = protocol === 'https:' ? httpsGet : httpGet;
  return new Promise((resolve, reject) => {
    const options = { signal, lookup: guardedLookup(isAllowed, refused), agent: false, headers: { accept: 'image/*' } };
    get(url, options, resolve).on('error', reject);
  });
}

function refused(): DataError {
  return new DataError(
    'data.image.url',
    'The picture’s address is not on the public internet; only public pictures are fetched.',
  );
}

async function bodyOf(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      response.destroy();
      throw new DataError(
        'data.image.bytes',
        `The picture at the address is over ${Math.floor(maxBytes / 2 ** 20)} MB.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
