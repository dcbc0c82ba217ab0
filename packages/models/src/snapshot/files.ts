import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';

const CHUNK = 1 << 20;

/** A file written from start to end, in large chunks, hashed on the way. */
export class HashedFile {
  readonly #hash = createHash('sha256');
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  /** Bytes written and pending. */
  size = 0;

  private constructor(readonly handle: FileHandle) {}

  static async create(path: string): Promise<HashedFile> {
    return new HashedFile(await open(path, 'w'));
  }

  async write(data: Buffer | string): Promise<void> {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    this.#hash.update(bytes);
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    this.size += bytes.length;
    if (this.#pendingBytes >= CHUNK) await this.#flush();
  }

  /** Flushes to the disk itself, so that a power cut can't undo what the caller then announces. */
  async finish(): Promise<{ sha256: string; bytes: number }> {
    await this.#flush();
    await this.handle.sync();
    await this.handle.close();
    return { sha256: this.#hash.digest('hex'), bytes: this.size };
  }

  async abandon(): Promise<void> {
    await this.handle.close().catch(() => undefined);
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.handle.write(bytes, done);
      done += bytesWritten;
    }
  }
}

/** Renames and new names in a directory survive a power cut only after this. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } catch {
    // Some file systems can't; nothing better is to be had there.
  } finally {
    await handle.close();
  }
}
