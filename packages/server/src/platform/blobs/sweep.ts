import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const dayMs = 86_400_000;

/** Removes what writes left that were interrupted: entries over a day old. Younger ones may be another process's. */
export async function sweep(directory: string, olderThanMs = dayMs): Promise<void> {
  for (const name of await readdir(directory).catch(() => [])) {
    const path = join(directory, name);
    const { mtimeMs = Date.now() } = (await stat(path).catch(() => undefined)) ?? {};
    if (Date.now() - mtimeMs > olderThanMs) await rm(path, { recursive: true, force: true });
  }
}
