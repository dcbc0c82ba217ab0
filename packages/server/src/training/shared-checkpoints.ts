import { randomUUID } from 'node:crypto';
import { copyFile, cp, link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { BlobStore } from '../platform/blobs/blob-store.js';

/** In a shared work directory and the one it was shared from: which sharing it was. */
const MARK = 'shared.id';
/** What another attempt makes again, and files that are just being written. */
const LEFT_OUT = /\.(bin|part|tmp|pid)$/;

const nameOf = (runId: string) => `checkpoints/${runId}`;

/**
 * Runs' work directories in a blob store that other machines see, so that one of them goes on where a worker died. On the
 * disk of one machine they simply stay where they are.
 */
export class SharedCheckpoints {
  constructor(
    private readonly blobs: BlobStore,
    /** Least time between two sharings of a run, in milliseconds. */
    readonly intervalMs = 60_000,
  ) {}

  /** Brings a work directory up to what was shared last, unless that came from this very directory. */
  async restore(runId: string, workDir: string): Promise<void> {
    const name = nameOf(runId);
    if (!this.blobs.shared || !(await this.blobs.hasDirectory(name))) return;
    const shared = await this.blobs.openDirectory(name);
    if ((await markOf(shared)) === (await markOf(workDir))) return;
    await rm(workDir, { recursive: true, force: true });
    await cp(shared, workDir, { recursive: true });
  }

  /** Shares what a training has written so far. The trainer goes on meanwhile: it replaces its files, never rewrites them. */
  async share(runId: string, workDir: string): Promise<void> {
    if (!this.blobs.shared) return;
    const staged = `${workDir}.shared`;
    const mark = randomUUID();
    try {
      await rm(staged, { recursive: true, force: true });
      await linkTree(workDir, staged);
      await writeFile(join(staged, MARK), mark);
      await this.blobs.putDirectory(nameOf(runId), staged);
      await writeFile(join(workDir, MARK), mark);
    } finally {
      await rm(staged, { recursive: true, force: true });
    }
  }

  async forget(runId: string): Promise<void> {
    if (this.blobs.shared) await this.blobs.deleteDirectory(nameOf(runId));
  }
}

/** One attempt's sharing: after a checkpoint, when the last one is long enough ago, one at a time, and never in the way. */
export class Sharing {
  #sharedAt = Date.now();
  #sharing: Promise<void> | undefined;

  constructor(
    private readonly checkpoints: SharedCheckpoints,
    private readonly runId: string,
    private readonly workDir: string,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** A checkpoint was written. */
  offer(): void {
    if (this.#sharing || Date.now() - this.#sharedAt < this.checkpoints.intervalMs) return;
    void this.now();
  }

  /** Shares at once, after the sharing under way. */
  async now(): Promise<void> {
    await this.#sharing;
    this.#sharing = this.checkpoints
      .share(this.runId, this.workDir)
      .catch(this.onError)
      .finally(() => {
        this.#sharedAt = Date.now();
        this.#sharing = undefined;
      });
    await this.#sharing;
  }

  /** Resolves when nothing is being shared. */
  async settled(): Promise<void> {
    await this.#sharing;
  }
}

async function markOf(directory: string): Promise<string | undefined> {
  return readFile(join(directory, MARK), 'utf8').catch(() => undefined);
}

/** The same files under a second name where the file system can, else copies; one that goes meanwhile is left out. */
async function linkTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || LEFT_OUT.test(entry.name) || entry.name === MARK) continue;
    const source = join(entry.parentPath, entry.name);
    const target = join(to, relative(from, source));
    await mkdir(dirname(target), { recursive: true });
    await link(source, target)
      .catch(() => copyFile(source, target))
      .catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
  }
}
