import { DataError } from '@vitrine/models/errors';
import { type Entry, openPromise } from 'yauzl';
import type { ArchiveEntry } from './unpack.js';

/** File type bits of a Unix mode, which a zip written there keeps in its external attributes. */
const [FORMAT, LINK] = [0o170000, 0o120000];

/** The entries of a zip, as its directory lists them. @throws DataError `data.archive` at one that needs a password */
export async function* zipEntries(path: string): AsyncGenerator<ArchiveEntry> {
  const zip = await openPromise(path);
  for await (const entry of zip.eachEntry()) {
    const content = () => {
      if (entry.isEncrypted())
        throw new DataError('data.archive', `${path} needs a password: pack it again without one.`);
      return zip.openReadStreamPromise(entry);
    };
    yield { path: entry.fileName, kind: kindOf(entry), size: entry.uncompressedSize, content };
  }
}

function kindOf({ fileName, externalFileAttributes }: Entry): ArchiveEntry['kind'] {
  if (fileName.endsWith('/')) return 'folder';
  return ((externalFileAttributes >>> 16) & FORMAT) === LINK ? 'other' : 'file';
}
