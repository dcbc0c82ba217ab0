import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { VitrineError } from '@vitrine/models';

interface Holder {
  pid: number;
  host: string;
  /** Tells a process from a later one with the same pid; empty where the system doesn't say. */
  startedAt: string;
  nonce: string;
}

const heartbeatMs = 5_000;
const otherHostPatienceMs = 20_000;
const takeoverPatienceMs = 10_000;

/** Start time of a process in clock ticks since boot, from /proc; empty elsewhere. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

function isAlive(holder: Holder, path: string): boolean {
  if (holder.host !== hostname()) return Date.now() - (mtime(path) ?? 0) < otherHostPatienceMs;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return startOf(holder.pid) === holder.startedAt;
}

function mtime(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

/** Creates a file with its whole content at once, or says that it's there already. */
function createExclusive(path: string, content: string): boolean {
  const temporary = `${path}.${process.pid}.${randomUUID()}`;
  writeFileSync(temporary, content, { mode: 0o600 });
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Removes a dead holder's lock. Only one process at a time may judge, else two could each remove the other's new lock. */
function removeStale(path: string): void {
  const guard = `${path}.takeover`;
  if (!createExclusive(guard, '')) {
    if (Date.now() - (mtime(guard) ?? Date.now()) > takeoverPatienceMs) rmSync(guard, { force: true });
    return;
  }
  try {
    const holder = readHolder(path);
    if (!holder || !isAlive(holder, path)) rmSync(path, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}

/**
 * Takes a directory for this process alone: two engines on the same files would lose rows. A lock left by a process
 * that is gone is taken over.
 * @returns gives the directory back
 * @throws VitrineError `database.locked`, naming the process that holds it
 */
export function lockDirectory(directory: string): () => void {
  const path = join(directory, 'lock');
  const mine: Holder = { pid: process.pid, host: hostname(), startedAt: startOf(process.pid), nonce: randomUUID() };
  for (let attempt = 0; attempt < 5; attempt++) {
    if (createExclusive(path, JSON.stringify(mine))) return keep(path, mine);
    const holder = readHolder(path);
    if (holder && isAlive(holder, path)) throw locked(directory, holder);
    removeStale(path);
  }
  throw locked(directory, readHolder(path));
}

function keep(path: string, mine: Holder): () => void {
  const timer = setInterval(() => {
    try {
      utimesSync(path, new Date(), new Date());
    } catch {
      // The directory may be gone (a test's temporary one); the engine will say so.
    }
  }, heartbeatMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    if (readHolder(path)?.nonce === mine.nonce) rmSync(path, { force: true });
  };
}

function locked(directory: string, holder: Holder | undefined): VitrineError {
  const who = holder
    ? `process ${holder.pid}${holder.host === hostname() ? '' : ` on ${holder.host}`}`
    : 'another process';
  return new VitrineError(
    'database.locked',
    `The data directory ${directory} is in use by ${who}. Stop it first, or give this server its own --data-dir.`,
    409,
    holder && { pid: holder.pid, host: holder.host },
  );
}
