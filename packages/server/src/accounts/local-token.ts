import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a running server leaves in its data directory for the command line of the same machine. */
export interface ServerFile {
  url: string;
  pid: number;
  /** Bearer token of an administrator; the file is readable to its owner alone. */
  token: string;
}

export const serverFileName = 'server.json';

/** Writes the file whole; the returned function removes it. */
export function writeServerFile(dataDir: string, content: ServerFile): () => void {
  const path = join(dataDir, serverFileName);
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify(content), { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, path);
  return () => rmSync(path, { force: true });
}
