import { mkdir, open, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DataError, VitrineError } from '@vitrine/models/errors';
import type { ArchiveKind } from './kind.js';
import { tarEntries } from './tar.js';
import { zipEntries } from './zip.js';

/** What every workbook and document of today's Office begins with. */
const OFFICE = '[Content_Types].xml';

export interface ArchiveEntry {
  path: string;
  /** `other`: a link or a device. */
  kind: 'file' | 'folder' | 'other';
  /** What the archive says the file has, in bytes. */
  size: number;
  content(): Promise<AsyncIterable<Buffer>>;
}

/** How far an archive may unfold. */
export interface UnpackLimits {
  files: number;
  bytes: number;
  /** Bytes unpacked for each byte packed, once over `ratioFrom` bytes. */
  ratio: number;
  ratioFrom: number;
}

const LIMITS: UnpackLimits = { files: 500_000, bytes: 64 * 2 ** 30, ratio: 40, ratioFrom: 2 ** 30 };
/** All that formats read: tables, names, pictures, idx files. Whatever else an archive holds stays in it. */
const DATA = /\.(csv|tsv|txt|json|jsonl|ndjson|parquet|jpe?g|png|webp|gif|avif|tiff?|idx\d?)(\.gz)?$|ubyte(\.gz)?$/i;
/** What programs leave beside the files they mean. */
const LITTER = /(^|\/)(__MACOSX\/|\._|\.DS_Store$|Thumbs\.db$)/i;

/**
 * Unpacks the data files of an archive into `folder`, a new one, as a stream. Links, devices and files of other kinds are
 * left out; nothing is written outside the folder.
 * @returns how many files were written
 * @throws DataError `data.archive` when it is damaged, leads out of its folder, unfolds beyond the limits or holds nothing to read
 */
export async function unpack(
  path: string,
  kind: ArchiveKind,
  folder: string,
  {
    signal,
    onFiles,
    limits = LIMITS,
  }: { signal?: AbortSignal | undefined; onFiles?(files: number): void; limits?: UnpackLimits } = {},
): Promise<number> {
  const { size: packed } = await stat(path);
  const most = Math.min(limits.bytes, Math.max(limits.ratioFrom, packed * limits.ratio));
  let [files, bytes] = [0, 0];
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    for await (const entry of kind === 'zip' ? zipEntries(path) : tarEntries(path, signal)) {
      signal?.throwIfAborted();
      const name = insideName(path, entry.path);
      if (name === OFFICE)
        throw new DataError(
          'data.unreadable',
          `${basename(path)} is an Office file: save its sheet as CSV, and import that.`,
        );
      if (entry.kind !== 'file' || LITTER.test(name) || !DATA.test(name)) continue;
      if (++files > limits.files) throw tooLarge(path, `over ${limits.files} files`);
      bytes += await write(join(folder, name), entry, (more) => {
        signal?.throwIfAborted();
        if (bytes + more > most) throw tooLarge(path, `over ${Math.floor(most / 2 ** 20)} MB of files`);
      });
      onFiles?.(files);
    }
    if (files === 0)
      throw new DataError(
        'data.archive',
        `${basename(path)} holds no data: pack a table (CSV, JSON, Parquet) with its pictures.`,
      );
  } catch (cause) {
    await rm(folder, { recursive: true, force: true });
    throw explained(path, cause);
  }
  return files;
}

/** @returns the entry's path below the folder @throws DataError `data.archive` for one that leads elsewhere */
function insideName(path: string, entry: string): string {
  const parts = entry
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  if (/^([\\/]|[a-z]:)/i.test(entry) || parts.includes('..') || entry.includes('\0')) throw leadsOut(path, entry);
  return parts.join('/');
}

function leadsOut(path: string, entry: string): DataError {
  return new DataError(
    'data.archive',
    `${basename(path)} holds a file that leads out of it (${entry.slice(0, 200)}): pack it again from inside its folder.`,
  );
}

async function write(path: string, { content }: ArchiveEntry, check: (bytes: number) => void): Promise<number> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'w', 0o600);
  let written = 0;
  try {
    for await (const chunk of await content()) {
      written += chunk.length;
      check(written);
      await file.write(chunk);
    }
  } finally {
    await file.close();
  }
  return written;
}

function tooLarge(path: string, what: string): DataError {
  return new DataError(
    'data.archive',
    `${basename(path)} unfolds into ${what}: unpack it yourself and import its table.`,
  );
}

/** Errors of the disk keep their own words; whatever else the readers of archives throw is about the archive. */
function explained(path: string, cause: unknown): unknown {
  if (cause instanceof VitrineError || (cause as Error).name === 'AbortError') return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code && /^E(NOSPC|DQUOT|IO|ACCES|MFILE)$/.test(code)) return cause;
  // The reader of zips refuses such names by itself.
  const outside = /^(?:invalid relative path|absolute path|invalid characters in fileName): (.*)/.exec(message)?.[1];
  if (outside !== undefined) return leadsOut(path, outside);
  return new DataError('data.archive', `${basename(path)} is damaged or cut short: copy or pack it again.`, message);
}
