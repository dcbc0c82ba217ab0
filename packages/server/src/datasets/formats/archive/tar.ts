import { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import { openBytes } from '../text-file.js';
import type { ArchiveEntry } from './unpack.js';

/** The entries of a tar, gzipped or not, in the order in which they stand; each must be read before the next. */
export async function* tarEntries(path: string, signal: AbortSignal | undefined): AsyncGenerator<ArchiveEntry> {
  const file = await openBytes(path, signal);
  const entries = extract();
  const input = Readable.from(file.chunks(), { objectMode: false });
  input.on('error', (error) => entries.destroy(error));
  try {
    for await (const entry of input.pipe(entries)) {
      const { name, type, size = 0 } = entry.header;
      const kind = type === 'file' || type === 'contiguous-file' ? 'file' : type === 'directory' ? 'folder' : 'other';
      yield { path: name, kind, size, content: async () => entry as AsyncIterable<Buffer> };
      entry.resume();
    }
  } finally {
    input.destroy();
  }
}
