import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A disk of its own that is soon full. */
export interface SmallDisk {
  /** Leaves no room on it. */
  fill(): void;
  /** Takes away what `fill` left there. */
  free(): void;
  grow(megabytes: number): void;
  remove(): void;
}

/** A disk of a megabyte at a directory; undefined, and said loudly, where this account may not mount one. */
export function mountSmallDisk(directory: string): SmallDisk | undefined {
  mkdirSync(directory, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory], { stdio: 'ignore' });
  } catch {
    console.warn('SKIPPED: the test of a full disk mounts a small one, which this account may not.');
    return undefined;
  }
  const filler = join(directory, 'filler');
  return {
    fill: () => fill(filler),
    free: () => rmSync(filler),
    grow: (megabytes) => execFileSync('mount', ['-o', `remount,size=${megabytes}m`, directory]),
    remove: () => execFileSync('umount', [directory]),
  };
}

function fill(path: string): void {
  const file = openSync(path, 'a');
  try {
    for (;;) writeSync(file, Buffer.alloc(4096));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
}
