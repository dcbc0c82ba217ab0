import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { sha256OfFile } from '../hashing.js';

/** What a stored directory holds; it is stored last, so that a directory is there whole or not at all. */
export const directoryIndex = z.object({
  /** Hash of the files' list: the same content has the same version. */
  version: z.string().regex(/^[0-9a-f]{64}$/),
  files: z.array(z.object({ path: z.string(), sha256: z.string(), bytes: z.number() })),
});
export type DirectoryIndex = z.infer<typeof directoryIndex>;

/** Lists and hashes the files of a directory tree. */
export async function indexDirectory(root: string): Promise<DirectoryIndex> {
  const files: DirectoryIndex['files'] = [];
  for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = relative(root, file).replaceAll('\\', '/');
    files.push({ path, sha256: await sha256OfFile(file), bytes: (await stat(file)).size });
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { version: createHash('sha256').update(JSON.stringify(files)).digest('hex'), files };
}
