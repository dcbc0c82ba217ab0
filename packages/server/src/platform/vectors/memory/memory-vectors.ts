import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import type { BlobStore } from '../../blobs/blob-store.js';
import { sweep } from '../../blobs/sweep.js';
import { loadUsearch } from '../graph/usearch.js';
import type { Vectors } from '../vectors.js';
import { GraphPolicy } from './graph-policy.js';
import { MemoryIndex, type MemoryState } from './memory-index.js';
import { readIndex, writeIndex } from './saved-index.js';

export interface MemoryVectorsOptions {
  blobs: BlobStore;
  /** A directory for files in use. */
  scratch: string;
  log: Pick<FastifyBaseLogger, 'warn' | 'error'>;
  policy?: GraphPolicy;
}

/** Indexes in this process's memory, saved as directories of the blob store. */
export class MemoryVectors implements Vectors {
  private constructor(
    private readonly options: MemoryVectorsOptions,
    private readonly policy: GraphPolicy,
    private readonly usearch: typeof import('usearch') | undefined,
  ) {}

  static async open(options: MemoryVectorsOptions): Promise<MemoryVectors> {
    const { scratch, log } = options;
    await mkdir(scratch, { recursive: true });
    await sweep(scratch);
    let { policy = new GraphPolicy() } = options;
    const usearch = await loadUsearch();
    if (!usearch) {
      log.warn('usearch has no build for this machine: vectors are compared one by one, however many there are');
      policy = new GraphPolicy({ graphFrom: Infinity, newcomers: 0 });
    }
    return new MemoryVectors(options, policy, usearch);
  }

  async open(name: string, dimension: number): Promise<MemoryIndex> {
    const { scratch, log } = this.options;
    const parts = {
      ...{ scratch, policy: this.policy, usearch: this.usearch },
      keep: (state: MemoryState) => this.#keep(name, state),
      onError: (error: unknown) =>
        log.error({ err: error }, 'the graph of an index could not be built: vectors are compared one by one'),
    };
    return new MemoryIndex(dimension, parts, await this.#read(name, dimension));
  }

  async drop(name: string): Promise<void> {
    await this.options.blobs.deleteDirectory(placeOf(name));
  }

  async #read(name: string, dimension: number): Promise<MemoryState | undefined> {
    const { blobs, scratch, log } = this.options;
    if (!(await blobs.hasDirectory(placeOf(name)))) return undefined;
    try {
      return await readIndex(await blobs.openDirectory(placeOf(name)), scratch, dimension);
    } catch (error) {
      log.warn({ err: error, index: name }, 'a saved index could not be read: it is built anew from the database');
      return undefined;
    }
  }

  async #keep(name: string, state: MemoryState): Promise<void> {
    const { blobs, scratch } = this.options;
    const staged = await mkdtemp(join(scratch, 'saving-'));
    try {
      await writeIndex(staged, state);
      await blobs.putDirectory(placeOf(name), staged, { move: true });
    } finally {
      await rm(staged, { recursive: true, force: true });
    }
  }
}

function placeOf(name: string): string {
  return `indexes/${name}`;
}
