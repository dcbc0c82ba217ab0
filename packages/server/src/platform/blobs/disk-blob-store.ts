import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { cp, mkdir, open, readdir, readFile, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { VitrineError } from '@vitrine/models';
import type { BlobStore, ByteRange } from './blob-store.js';

const keyPattern = /^[0-9a-f]{64}$/;
const dayMs = 86_400_000;
const namePattern = /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/;

/** Blobs as files `ab/abcd…` below a directory; written beside, flushed, then renamed, so that none is ever half there. */
export class DiskBlobStore implements BlobStore {
  readonly #blobs: string;
  readonly #directories: string;
  readonly #temporary: string;

  private constructor(root: string) {
    this.#blobs = join(root, 'content');
    this.#directories = join(root, 'directories');
    this.#temporary = join(root, 'temporary');
  }

  /** Opens (or makes) the store and removes what writes left that were interrupted over a day ago. */
  static async open(root: string): Promise<DiskBlobStore> {
    const store = new DiskBlobStore(root);
    for (const path of [store.#blobs, store.#directories, store.#temporary]) await mkdir(path, { recursive: true });
    await store.#sweep();
    return store;
  }

  /** Younger files may belong to another process on the same directory. */
  async #sweep(): Promise<void> {
    for (const name of await readdir(this.#temporary)) {
      const path = join(this.#temporary, name);
      const { mtimeMs = Date.now() } = (await statOf(path)) ?? {};
      if (Date.now() - mtimeMs > dayMs) await rm(path, { recursive: true, force: true });
    }
  }

  put(content: Uint8Array | Readable): Promise<string> {
    return this.#write(async (temporary) => {
      const hash = createHash('sha256');
      const file = await open(temporary, 'wx');
      try {
        for await (const chunk of content instanceof Readable ? content : [content]) {
          const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array);
          hash.update(bytes);
          await file.writeFile(bytes);
        }
        await file.sync();
      } finally {
        await file.close();
      }
      const key = hash.digest('hex');
      await this.#publish(temporary, this.#path(key));
      return key;
    });
  }

  async get(key: string, range?: ByteRange): Promise<Readable> {
    const path = this.#path(key);
    if (!(await this.has(key))) throw unknownBlob(key);
    return createReadStream(
      path,
      range && { start: range.start, ...(range.end === undefined ? {} : { end: range.end }) },
    );
  }

  async read(key: string): Promise<Buffer> {
    try {
      return await readFile(this.#path(key));
    } catch (error) {
      throw isMissing(error) ? unknownBlob(key) : error;
    }
  }

  async size(key: string): Promise<number | undefined> {
    return (await statOf(this.#path(key)))?.size;
  }

  async has(key: string): Promise<boolean> {
    return (await this.size(key)) !== undefined;
  }

  async *list(): AsyncIterable<string> {
    for (const prefix of await readdir(this.#blobs)) yield* await readdir(join(this.#blobs, prefix));
  }

  async delete(key: string): Promise<void> {
    await rm(this.#path(key), { force: true });
  }

  async putDirectory(name: string, from: string): Promise<void> {
    const target = this.#directory(name);
    await this.#write(async (temporary) => {
      await cp(from, temporary, { recursive: true, errorOnExist: true });
      await syncTree(temporary);
      await this.deleteDirectory(name);
      await this.#publish(temporary, target);
    });
  }

  async openDirectory(name: string): Promise<string> {
    if (!(await this.hasDirectory(name))) throw unknownBlob(name);
    return this.#directory(name);
  }

  async hasDirectory(name: string): Promise<boolean> {
    return (await statOf(this.#directory(name)))?.isDirectory() ?? false;
  }

  async deleteDirectory(name: string): Promise<void> {
    // Away in one step first, so that a crash midway leaves no half directory under the name.
    const doomed = join(this.#temporary, randomUUID());
    try {
      await rename(this.#directory(name), doomed);
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    await rm(doomed, { recursive: true, force: true });
  }

  async free(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#blobs);
    return bavail * bsize;
  }

  #path(key: string): string {
    if (!keyPattern.test(key)) throw unknownBlob(key);
    return join(this.#blobs, key.slice(0, 2), key);
  }

  #directory(name: string): string {
    if (!namePattern.test(name)) throw new Error(`“${name}” is no name for a stored directory.`);
    return join(this.#directories, name);
  }

  async #write<T>(work: (temporary: string) => Promise<T>): Promise<T> {
    const temporary = join(this.#temporary, randomUUID());
    try {
      return await work(temporary);
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      if (codeOf(error) !== 'ENOSPC' && codeOf(error) !== 'EDQUOT') throw error;
      const sentence = 'The disk is full: nothing was stored. Free some space in the data directory, then try again.';
      throw new VitrineError('storage.full', sentence, 507, undefined, { cause: error });
    }
  }

  async #publish(temporary: string, target: string): Promise<void> {
    await mkdir(dirname(target), { recursive: true });
    await rename(temporary, target);
    await syncDirectory(dirname(target));
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

async function statOf(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (isMissing(error) || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

function unknownBlob(key: string): VitrineError {
  return new VitrineError('blob.unknown', `Nothing is stored as ${key.slice(0, 100)}; it may have been deleted.`, 404);
}

/** Makes a rename survive a power cut; Windows can't open directories and doesn't need it. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncTree(root: string): Promise<void> {
  for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = await open(join(entry.parentPath, entry.name), 'r');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }
}
