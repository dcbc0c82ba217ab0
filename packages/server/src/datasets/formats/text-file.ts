import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { createGunzip } from 'node:zlib';
import { DataError } from '@vitrine/models/errors';
import { inspectText, namedEncoding } from './encoding.js';

/** A file's bytes, unpacked when it is gzip (by its first bytes, whatever its name). */
export interface ByteFile {
  chunks(): AsyncIterable<Buffer>;
}

/** @throws DataError `data.file` when there is no such file or it can't be read */
export async function openBytes(path: string, signal?: AbortSignal): Promise<ByteFile> {
  const gzip = await isGzip(path);
  return {
    async *chunks() {
      const file = createReadStream(path, { highWaterMark: 1 << 18, ...(signal ? { signal } : {}) });
      if (!gzip) {
        yield* file as AsyncIterable<Buffer>;
        return;
      }
      const unpacked = createGunzip();
      file.on('error', (error) => unpacked.destroy(error));
      try {
        yield* file.pipe(unpacked) as AsyncIterable<Buffer>;
      } catch (cause) {
        if (!String((cause as NodeJS.ErrnoException).code).startsWith('Z_')) throw cause;
        throw new DataError(
          'data.gzip',
          `${basename(path)} is cut short or no gzip file; copy it again.`,
          String(cause),
        );
      } finally {
        file.destroy();
      }
    },
  };
}

async function isGzip(path: string): Promise<boolean> {
  try {
    const facts = await stat(path);
    if (!facts.isFile()) throw new Error('not a file');
    const file = await open(path, 'r');
    try {
      const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
      return buffer[0] === 0x1f && buffer[1] === 0x8b;
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new DataError(
      'data.file',
      `${path} can't be read; check the path, and that it is a file the server may read.`,
      String(cause),
    );
  }
}

export interface TextFile {
  encoding: string;
  /** Line ends in the file. */
  lines: number;
  /** At most as many characters as this are in the file. */
  length: number;
  chunks(): AsyncIterable<string>;
}

/** Opens a text file in whatever encoding it has; a byte order mark is dropped, bytes that fit nothing become U+FFFD. */
export async function openText(
  path: string,
  { encoding: named, signal }: { encoding?: string | undefined; signal?: AbortSignal | undefined } = {},
): Promise<TextFile> {
  const file = await openBytes(path, signal);
  const label = named && namedEncoding(named);
  const facts = await inspectText(file.chunks());
  const encoding = label || facts.encoding;
  return {
    encoding,
    lines: facts.lines,
    length: facts.bytes,
    async *chunks() {
      const decoder = new TextDecoder(encoding);
      for await (const chunk of file.chunks()) yield decoder.decode(chunk, { stream: true });
      const last = decoder.decode();
      if (last) yield last;
    },
  };
}
