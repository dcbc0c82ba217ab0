import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary data directory; the caller removes it. */
export function testDataDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'vitrine-test-'));
}

export function removeDir(directory: string): Promise<void> {
  return rm(directory, { recursive: true, force: true, maxRetries: 3 });
}
