import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer, json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { VitrineError } from '@vitrine/models';
import { corruptBlob, storageError, unknownBlob } from '../blob-errors.js';
import type { BlobStore, ByteRange } from '../blob-store.js';
import { sha256, verified, writeHashed } from '../hashing.js';
import { checkedKey, checkedName } from '../names.js';
import { sweep } from '../sweep.js';
import { S3Bucket } from './bucket.js';
import { DirectoryCache } from './directory-cache.js';
import { type DirectoryIndex, directoryIndex, indexDirectory } from './directory-index.js';
import type { S3Setting } from './setting.js';

/** Uploads and downloads of one directory under way at a time. */
const AT_ONCE = 4;
/** A directory may be replaced while it is fetched; then the new one is fetched, this many times. */
const ATTEMPTS = 3;

const contentKey = (key: string) => `content/${checkedKey(key)}`;
const indexKey = (name: string) => `indexes/${checkedName(name)}.json`;
const filesOf = (name: string) => `directories/${checkedName(name)}/`;
const fileKey = (name: string, hash: string) => filesOf(name) + hash;

/**
 * Blobs in an S3 bucket, for several machines at once: `content/<hash>` each; a directory as its files,
 * `directories/<name>/<hash>`, and an index that is stored after them and says how they are called.
 */
export class S3BlobStore implements BlobStore {
  readonly shared = true;

  private constructor(
    private readonly bucket: S3Bucket,
    private readonly cache: DirectoryCache,
    /** Streams are written here first: their name is known at their end, and a request that fails can be repeated. */
    private readonly staging: string,
    private readonly direct: boolean,
  ) {}

  /**
   * @param localDir on this machine, for copies of directories; may be emptied at any time
   * @throws VitrineError `blobs.unreachable` (503)
   */
  static async open(setting: S3Setting, localDir: string): Promise<S3BlobStore> {
    const bucket = new S3Bucket(setting.bucket, setting.prefix, setting.client);
    await bucket.check();
    const staging = join(localDir, 'staging');
    await mkdir(staging, { recursive: true });
    await sweep(staging);
    return new S3BlobStore(bucket, new DirectoryCache(join(localDir, 'directories')), staging, setting.direct);
  }

  async put(content: Uint8Array | Readable): Promise<string> {
    if (content instanceof Uint8Array) {
      const key = sha256(content);
      if (!(await this.has(key))) await this.bucket.put(contentKey(key), content);
      return key;
    }
    const file = join(this.staging, randomUUID());
    try {
      const key = await writeHashed(file, content);
      if (!(await this.has(key))) await this.bucket.putFile(contentKey(key), file);
      return key;
    } catch (error) {
      throw storageError(error);
    } finally {
      await rm(file, { force: true });
    }
  }

  async get(key: string, range?: ByteRange): Promise<Readable> {
    const stream = await this.bucket.get(contentKey(key), range);
    return range ? stream : verified(key, stream);
  }

  async read(key: string): Promise<Buffer> {
    const bytes = await buffer(await this.bucket.get(contentKey(key)));
    if (sha256(bytes) !== key) throw corruptBlob(key);
    return bytes;
  }

  size(key: string): Promise<number | undefined> {
    return this.bucket.size(contentKey(key));
  }

  async has(key: string): Promise<boolean> {
    return (await this.size(key)) !== undefined;
  }

  async *list(): AsyncIterable<string> {
    for await (const key of this.bucket.list('content/')) yield key.slice('content/'.length);
  }

  async delete(key: string): Promise<void> {
    await this.bucket.delete([contentKey(key)]);
  }

  async link(key: string, { seconds, type }: { seconds: number; type: string }): Promise<string | undefined> {
    return this.direct ? this.bucket.link(contentKey(key), seconds, type) : undefined;
  }

  async putDirectory(name: string, from: string, { move = false } = {}): Promise<void> {
    const index = await indexDirectory(from);
    const present = new Set((await this.#index(name))?.files.map(({ sha256 }) => sha256));
    const missing = new Map(
      index.files.flatMap((file) => (present.has(file.sha256) ? [] : [[file.sha256, file.path]])),
    );
    await eachOf([...missing], ([hash, path]) => this.bucket.putFile(fileKey(name, hash), join(from, path)));
    await this.bucket.put(indexKey(name), Buffer.from(JSON.stringify(index)));
    // Those of the directory before, and of uploads that were interrupted.
    const kept = new Set(index.files.map(({ sha256 }) => fileKey(name, sha256)));
    await this.#deleteFiles(name, (key) => !kept.has(key));
    if (move) await this.cache.adopt(index.version, from);
  }

  async openDirectory(name: string): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      const index = await this.#index(name);
      if (!index) throw unknownBlob(name);
      try {
        return await this.cache.open(index.version, (directory) => this.#fetch(name, index, directory));
      } catch (error) {
        const replaced = error instanceof VitrineError && error.code === 'blob.unknown';
        if (!replaced || attempt === ATTEMPTS) throw storageError(error);
      }
    }
  }

  async hasDirectory(name: string): Promise<boolean> {
    return (await this.bucket.size(indexKey(name))) !== undefined;
  }

  async deleteDirectory(name: string): Promise<void> {
    await this.bucket.delete([indexKey(name)]);
    await this.#deleteFiles(name, () => true);
  }

  async #index(name: string): Promise<DirectoryIndex | undefined> {
    const key = indexKey(name);
    try {
      return directoryIndex.parse(await json(await this.bucket.get(key)));
    } catch (error) {
      if (error instanceof VitrineError && error.code === 'blob.unknown') return undefined;
      throw error instanceof VitrineError ? error : corruptBlob(name);
    }
  }

  async #fetch(name: string, { files }: DirectoryIndex, directory: string): Promise<void> {
    await eachOf(files, async ({ path, sha256: hash }) => {
      const target = resolve(directory, path);
      if (!target.startsWith(resolve(directory) + sep)) throw corruptBlob(name);
      await mkdir(dirname(target), { recursive: true });
      const source = verified(hash, await this.bucket.get(fileKey(name, hash)));
      await pipeline(source, createWriteStream(target));
    });
  }

  async #deleteFiles(name: string, isDoomed: (key: string) => boolean): Promise<void> {
    const doomed: string[] = [];
    for await (const key of this.bucket.list(filesOf(name))) if (isDoomed(key)) doomed.push(key);
    await this.bucket.delete(doomed);
  }
}

/** Works on a list, a few items at a time; after an error no further one is begun. */
async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  const workers = Array.from({ length: AT_ONCE }, () => worker().finally(() => queue.splice(0)));
  const failed = (await Promise.allSettled(workers)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}
