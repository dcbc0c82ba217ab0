import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { VitrineError } from '@vitrine/models';
import { z } from 'zod';
import type { BlobStore } from './blob-store.js';

const NAME = 'identity';
const FILE = 'id';
const KEY = 'blobStore';
/** How long the process that came first may take to mark its store, in milliseconds. */
const PATIENCE_MS = 2000;
const LOOK_MS = 250;

/** Which store a database's files are in; `marked` once the store says so too. */
const noteSchema = z.object({ id: z.string(), marked: z.boolean() });

/** Values kept with the database. */
export interface Notes {
  /** Writes a value unless the key has one; answers the one that it has then. */
  settle(key: string, value: unknown): Promise<unknown>;
  write(key: string, value: unknown): Promise<void>;
}

/**
 * Makes sure that a database and a store belong together: a process that brought another store would write files that nobody
 * else finds. The first process marks its store.
 * @throws VitrineError `blobs.other` (409)
 */
export async function checkIdentity(blobs: BlobStore, notes: Notes): Promise<void> {
  // A new database may begin with a store that is there already.
  const present = await identityOf(blobs);
  const mine = present ?? randomUUID();
  const noted = async () => noteSchema.parse(await notes.settle(KEY, { id: mine, marked: false }));
  const { id, marked } = await noted();
  if (marked && id === present) return;
  if (id !== mine) {
    // Not marked: another process is about to, or was killed before it could.
    const until = Date.now() + PATIENCE_MS;
    while (!(await noted()).marked && Date.now() < until) await sleep(LOOK_MS);
    const found = await identityOf(blobs);
    if (found === id) return;
    if (found !== undefined || (await noted()).marked)
      throw new VitrineError(
        'blobs.other',
        'The files of this database are in another store. Start with the VITRINE_BLOBS that its first server had; if it had none, with its data directory and without VITRINE_BLOBS.',
        409,
      );
  }
  if (present !== id) await mark(blobs, id);
  await notes.write(KEY, { id, marked: true });
}

async function identityOf(blobs: BlobStore): Promise<string | undefined> {
  if (!(await blobs.hasDirectory(NAME))) return undefined;
  return readFile(join(await blobs.openDirectory(NAME), FILE), 'utf8');
}

async function mark(blobs: BlobStore, id: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-identity-'));
  try {
    await writeFile(join(directory, FILE), id);
    await blobs.putDirectory(NAME, directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
