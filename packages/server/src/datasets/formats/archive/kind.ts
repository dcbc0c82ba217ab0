import { basename } from 'node:path';
import { DataError } from '@vitrine/models/errors';
import { openBytes } from '../text-file.js';

export type ArchiveKind = 'tar' | 'zip';

/** First bytes of files that hold no data we read, in latin-1, with what to do about them. */
const OTHERS: [start: string, what: string][] = [
  ['Rar!', 'a RAR archive: pack it as zip or tar'],
  ['7z\xbc\xaf', 'a 7z archive: pack it as zip or tar'],
  ['\xfd7zXZ', 'packed with xz: unpack it, or pack it with gzip'],
  ['BZh', 'packed with bzip2: unpack it, or pack it with gzip'],
  ['\x28\xb5\x2f\xfd', 'packed with zstd: unpack it, or pack it with gzip'],
  ['\xd0\xcf\x11\xe0', 'an Office file: save its sheet as CSV'],
  ['%PDF', 'a PDF: export the table as CSV'],
  ['\xff\xd8\xff', 'a photo: import the table that names it, or a zip of both'],
  ['\x89PNG', 'a picture: import the table that names it, or a zip of both'],
];

/**
 * Whether a file is a zip or a tar, gzipped or not, by its first bytes.
 * @throws DataError `data.file`, `data.gzip`; `data.unreadable` for what can be told to be no data
 */
export async function archiveKind(path: string): Promise<ArchiveKind | undefined> {
  const start = await startOf(path);
  const other = OTHERS.find(([sign]) => start.startsWith(sign));
  if (other) throw new DataError('data.unreadable', `${basename(path)} is ${other[1]}, and import that.`);
  if (start.startsWith('PK\x03\x04')) return 'zip';
  return start.slice(257, 262) === 'ustar' ? 'tar' : undefined;
}

async function startOf(path: string): Promise<string> {
  let start = '';
  for await (const chunk of (await openBytes(path)).chunks()) {
    start += chunk.toString('latin1', 0, 512);
    if (start.length >= 512) break;
  }
  return start;
}
