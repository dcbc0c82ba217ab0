import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes `pieces` as one file that is either there whole or not at all: a temporary file beside it is flushed to the
 * disk and renamed over it. What fails leaves the old file as it was. One writer at a time: the temporary file has a
 * fixed name, `.tmp` behind that of the file, so that one left by a killed process is overwritten by the next.
 */
export async function writeFileAtomically(file: string, pieces: readonly Uint8Array[]): Promise<void> {
  const temporary = `${file}.tmp`;
  try {
    const handle = await open(temporary, 'w');
    try {
      for (const piece of pieces) await handle.writeFile(piece);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dirname(file));
}

/** Makes the rename itself durable. Not every platform can open a directory; there the system takes care of it. */
async function syncDirectory(directory: string): Promise<void> {
  try {
    const handle = await open(directory, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // Windows refuses to open directories.
  }
}
