import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GradError } from '../errors.js';

/**
 * Writes `pieces` as one file that is either there whole or not at all: a temporary file beside it is flushed to the
 * disk and renamed over it. Throws `checkpoint`, leaving the old file as it was, when that fails or the file has not as
 * many bytes as the pieces had at first. One writer at a time: the temporary file has a fixed name, `.tmp` behind that
 * of the file, so that one left by a killed process is overwritten by the next.
 */
export async function writeFileAtomically(file: string, pieces: readonly Uint8Array[]): Promise<void> {
  const temporary = `${file}.tmp`;
  const length = pieces.reduce((total, piece) => total + piece.byteLength, 0);
  try {
    const handle = await open(temporary, 'w');
    try {
      for (const piece of pieces) await handle.writeFile(piece);
      await handle.sync();
      const { size } = await handle.stat();
      if (size !== length) {
        const what = `${size} of ${length} bytes of '${file}' were written`;
        throw new GradError('checkpoint', `${what}; save again while nothing else is done with what is saved.`);
      }
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    if (cause instanceof GradError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const advice = 'Save to a file in a folder that exists and has room.';
    throw new GradError('checkpoint', `'${file}' cannot be written: ${reason}. ${advice}`, { cause });
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
