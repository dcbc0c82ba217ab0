import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { VitrineError } from '@vitrine/models';
import { unknownBlob } from '../blob-errors.js';
import type { ByteRange } from '../blob-store.js';

/** Bytes of a part of a large upload; smaller files go in one request. S3 allows 10,000 parts, so files to 160 GB. */
const PART = 16 << 20;

/** The objects of one bucket below one prefix; keys are relative to it. All errors are typed. */
export class S3Bucket {
  readonly #client: S3Client;

  /** @param prefix empty, or ending in a slash */
  constructor(
    private readonly name: string,
    private readonly prefix: string,
    config: S3ClientConfig,
  ) {
    this.#client = new S3Client({
      ...config,
      // A server that takes the connection and says nothing would hold requests for ever.
      requestHandler: { connectionTimeout: 5_000, socketTimeout: 30_000 },
      // Every upload is named by a hash that is checked when it is read; other checksums, not every S3 server can.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  /** @throws VitrineError `blobs.unreachable` (503) when the bucket can't be listed */
  async check(): Promise<void> {
    await this.#asked('', this.#client.send(new ListObjectsV2Command({ ...this.#all(''), MaxKeys: 1 })));
  }

  /** An object appears whole or not at all. */
  async put(key: string, bytes: Uint8Array): Promise<void> {
    const put = new PutObjectCommand({ ...this.#at(key), Body: bytes, ContentLength: bytes.length });
    await this.#asked(key, this.#client.send(put));
  }

  /** In parts when it is large. */
  async putFile(key: string, path: string): Promise<void> {
    const params = { ...this.#at(key), Body: createReadStream(path, { highWaterMark: 1 << 20 }) };
    await this.#asked(key, new Upload({ client: this.#client, params, partSize: PART, queueSize: 2 }).done());
  }

  /** @throws VitrineError `blob.unknown` */
  async get(key: string, range?: ByteRange): Promise<Readable> {
    const Range = range && `bytes=${range.start}-${range.end ?? ''}`;
    const { Body } = await this.#asked(key, this.#client.send(new GetObjectCommand({ ...this.#at(key), Range })));
    if (!(Body instanceof Readable)) throw unknownBlob(key);
    return Body;
  }

  async size(key: string): Promise<number | undefined> {
    try {
      const head = await this.#asked(key, this.#client.send(new HeadObjectCommand(this.#at(key))));
      return head.ContentLength;
    } catch (error) {
      if (error instanceof VitrineError && error.code === 'blob.unknown') return undefined;
      throw error;
    }
  }

  /** Keys that begin so, page after page. @param page keys asked for at a time, at most 1000 */
  async *list(start: string, page = 1000): AsyncIterable<string> {
    let token: string | undefined;
    do {
      const command = new ListObjectsV2Command({ ...this.#all(start), MaxKeys: page, ContinuationToken: token });
      const { Contents = [], NextContinuationToken } = await this.#asked(start, this.#client.send(command));
      for (const { Key } of Contents) if (Key) yield Key.slice(this.prefix.length);
      token = NextContinuationToken;
    } while (token);
  }

  /** Deleting what is not there is no error. */
  async delete(keys: string[]): Promise<void> {
    for (let start = 0; start < keys.length; start += 1000) {
      const Objects = keys.slice(start, start + 1000).map((key) => ({ Key: this.prefix + key }));
      const command = new DeleteObjectsCommand({ Bucket: this.name, Delete: { Objects, Quiet: true } });
      command.middlewareStack.add((next) => (args) => next({ ...args, request: withMd5(args.request) }), {
        step: 'build',
      });
      const { Errors = [] } = await this.#asked('', this.#client.send(command));
      if (Errors[0]) throw unreachable(this.name, `${Errors[0].Code} ${Errors[0].Message}`, undefined);
    }
  }

  /** A URL that fetches the object without credentials for so many seconds. */
  link(key: string, seconds: number, type: string): Promise<string> {
    const get = new GetObjectCommand({ ...this.#at(key), ResponseContentType: type });
    return this.#asked(key, getSignedUrl(this.#client, get, { expiresIn: seconds }));
  }

  #at(key: string) {
    return { Bucket: this.name, Key: this.prefix + key };
  }

  #all(start: string) {
    return { Bucket: this.name, Prefix: this.prefix + start };
  }

  async #asked<T>(key: string, answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof S3ServiceException && isNoObject(error)) throw unknownBlob(key);
      throw unreachable(this.name, (error as Error).message || (error as Error).name, error);
    }
  }
}

function isNoObject({ name, $metadata }: S3ServiceException): boolean {
  return name === 'NoSuchKey' || (name !== 'NoSuchBucket' && $metadata.httpStatusCode === 404);
}

function unreachable(bucket: string, reason: string, cause: unknown): VitrineError {
  const sentence = `The bucket ${bucket} doesn’t answer as it should: ${reason}. Check VITRINE_BLOBS, AWS_ENDPOINT_URL_S3, AWS_REGION and the AWS credentials.`;
  return new VitrineError('blobs.unreachable', sentence, 503, undefined, { cause });
}

/** OpenStack Swift, for one, deletes nothing without this checksum of what is asked, which the client no longer sends. */
function withMd5(request: unknown): unknown {
  const { body, headers } = request as { body: string; headers: Record<string, string> };
  headers['content-md5'] = createHash('md5').update(body).digest('base64');
  return request;
}
