import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a running server leaves in its data directory for the command line of the same machine. */
export interface ServerFile {
  url: string;
  pid: number;
  /** Which server it is: `/healthz` of its address says the same, or another one has the port now. */
  instance: string;
  /** Bearer token of an administrator; the file is readable to its owner alone. */
  token: string;
}

export const serverFileName = 'server.json';

/** Writes the file whole; the returned function removes it, unless another server has written its own meanwhile. */
export function writeServerFile(dataDir: string, content: ServerFile): () => void {
  const path = join(dataDir, serverFileName);
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify(content), { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, path);
  return () => {
    if (readInstance(path) === content.instance) rmSync(path, { force: true });
  };
}

function readInstance(path: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as ServerFile).instance;
  } catch {
    return undefined;
  }
}
