import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { sweep } from '../sweep.js';

/** What nobody has opened for so long is fetched again if it is wanted after all, in milliseconds. */
const UNUSED_MS = 7 * 86_400_000;

/** Copies of stored directories on this machine's disk, by version; several processes may share it. */
export class DirectoryCache {
  readonly #fetching = new Map<string, Promise<string>>();

  constructor(
    private readonly root: string,
    private readonly unusedMs = UNUSED_MS,
  ) {}

  /**
   * The directory of a version; `fetch` writes one that is missing into the directory it is given. It appears whole or not at
   * all, and stays while it is opened at least every few days.
   */
  open(version: string, fetch: (directory: string) => Promise<void>): Promise<string> {
    const opening = this.#fetching.get(version) ?? this.#open(version, fetch);
    this.#fetching.set(version, opening);
    return opening.finally(() => this.#fetching.delete(version));
  }

  /** Takes over a directory that this machine has just made, in the place of a copy that may have been damaged. */
  async adopt(version: string, directory: string): Promise<void> {
    const path = join(this.root, version);
    const replaced = `${path}.${randomUUID()}`;
    await mkdir(this.root, { recursive: true });
    await rename(path, replaced).catch(() => undefined);
    await rename(directory, path).catch(() => undefined);
    for (const left of [replaced, directory]) await rm(left, { recursive: true, force: true });
  }

  async #open(version: string, fetch: (directory: string) => Promise<void>): Promise<string> {
    const path = join(this.root, version);
    if (await touched(path)) return path;
    await sweep(this.root, this.unusedMs);
    const temporary = `${path}.${randomUUID()}`;
    try {
      await mkdir(temporary, { recursive: true });
      await fetch(temporary);
      await rename(temporary, path).catch(async (error: unknown) => {
        // Another process was quicker.
        if (!(await touched(path))) throw error;
      });
      return path;
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  }
}

/** Whether the directory is there; its time then says that it is in use. */
async function touched(path: string): Promise<boolean> {
  const now = new Date();
  return utimes(path, now, now).then(
    () => true,
    () => false,
  );
}
