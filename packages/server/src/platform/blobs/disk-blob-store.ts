import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { cp, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { codeOf, corruptBlob, isMissing, storageError, unknownBlob } from './blob-errors.js';
import type { BlobStore, ByteRange } from './blob-store.js';
import { sha256, verified, writeHashed } from './hashing.js';
import { checkedKey, checkedName } from './names.js';
import { sweep } from './sweep.js';

/** Blobs as files `ab/abcd…` below a directory; written beside, flushed, then renamed, so that none is ever half there. */
export class DiskBlobStore implements BlobStore {
  readonly shared = false;
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
    await sweep(store.#temporary);
    return store;
  }

  put(content: Uint8Array | Readable): Promise<string> {
    return this.#write(async (temporary) => {
      const key = await writeHashed(temporary, content);
      await this.#publish(temporary, this.#path(key));
      return key;
    });
  }

  async get(key: string, range?: ByteRange): Promise<Readable> {
    const path = this.#path(key);
    if (!(await this.has(key))) throw unknownBlob(key);
    if (!range) return verified(key, createReadStream(path));
    return createReadStream(path, { start: range.start, ...(range.end === undefined ? {} : { end: range.end }) });
  }

  async read(key: string): Promise<Buffer> {
    const bytes = await readFile(this.#path(key)).catch((error: unknown) => {
      throw isMissing(error) ? unknownBlob(key) : error;
    });
    if (sha256(bytes) !== key) throw corruptBlob(key);
    return bytes;
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

  async link(): Promise<undefined> {
    return undefined;
  }

  async putDirectory(name: string, from: string, { move = false } = {}): Promise<void> {
    const target = this.#directory(name);
    await this.#write(async (temporary) => {
      if (!move || !(await renamed(from, temporary)))
        await cp(from, temporary, { recursive: true, errorOnExist: true });
      await syncTree(temporary);
      await this.deleteDirectory(name);
      await this.#publish(temporary, target);
    });
    if (move) await rm(from, { recursive: true, force: true });
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
    if (await renamed(this.#directory(name), doomed)) await rm(doomed, { recursive: true, force: true });
  }

  #path(key: string): string {
    return join(this.#blobs, checkedKey(key).slice(0, 2), key);
  }

  #directory(name: string): string {
    return join(this.#directories, checkedName(name));
  }

  async #write<T>(work: (temporary: string) => Promise<T>): Promise<T> {
    const temporary = join(this.#temporary, randomUUID());
    try {
      return await work(temporary);
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      throw storageError(error);
    }
  }

  async #publish(temporary: string, target: string): Promise<void> {
    await mkdir(dirname(target), { recursive: true });
    await rename(temporary, target);
    await syncDirectory(dirname(target));
  }
}

async function statOf(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (isMissing(error) || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Whether the rename could be done: not where there is nothing to rename, nor across file systems. */
async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (isMissing(error) || codeOf(error) === 'EXDEV') return false;
    throw error;
  }
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
