import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import type { BlobStore } from '../blobs/blob-store.js';
import type { Database } from '../database/database.js';
import { MemoryVectors } from './memory/memory-vectors.js';
import type { Vectors } from './vectors.js';

export interface VectorsOptions {
  blobs: BlobStore;
  database: Database;
  /** Files in use lie in its `cache` folder. */
  dataDir: string;
  log: FastifyBaseLogger;
}

/** Chooses where vectors are searched: in PostgreSQL where it has pgvector, else in memory. */
export async function openVectors({ blobs, dataDir, log }: VectorsOptions): Promise<Vectors> {
  return MemoryVectors.open({ blobs, log, scratch: join(dataDir, 'cache', 'vectors') });
}
