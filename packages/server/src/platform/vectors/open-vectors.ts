import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import type { BlobStore } from '../blobs/blob-store.js';
import type { Database } from '../database/database.js';
import { MemoryVectors } from './memory/memory-vectors.js';
import { Pgvector } from './pgvector/pgvector.js';
import type { Vectors } from './vectors.js';

export interface VectorsOptions {
  blobs: BlobStore;
  database: Database;
  /** Files in use lie in its `cache` folder. */
  dataDir: string;
  log: FastifyBaseLogger;
}

/**
 * Chooses where vectors are searched: in PostgreSQL where it has pgvector, which all servers then share; else, and always
 * beside the embedded database, in this process's memory.
 */
export async function openVectors({ blobs, database, dataDir, log }: VectorsOptions): Promise<Vectors> {
  const shared = database.kind === 'postgresql' ? await Pgvector.open(database.pool, log) : undefined;
  return shared ?? MemoryVectors.open({ blobs, log, scratch: join(dataDir, 'cache', 'vectors') });
}
