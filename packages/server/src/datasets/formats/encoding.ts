import { isUtf8 } from 'node:buffer';
import { DataError } from '@vitrine/models/errors';

/** What can be read; `windows-1252` covers latin-1. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** The encoding a person named. @throws DataError `data.encoding` for one that is unknown. */
export function namedEncoding(name: string): string {
  try {
    return new TextDecoder(name).encoding;
  } catch {
    throw new DataError(
      'data.encoding',
      `The encoding "${name}" is unknown; try utf-8, utf-16le, latin-1, windows-1252 or leave it out.`,
    );
  }
}

export interface TextFacts {
  encoding: Encoding;
  /** Line ends in the file, for progress. */
  lines: number;
  bytes: number;
}

/**
 * Finds out a text's encoding from all its bytes: byte order marks first, then zero bytes at every other place (UTF-16
 * without a mark), then whether it is UTF-8. A few stray bytes in a text otherwise full of UTF-8 leave it UTF-8.
 */
export async function inspectText(chunks: AsyncIterable<Buffer>): Promise<TextFacts> {
  let wide: Encoding | undefined;
  let rest: Buffer | undefined;
  let [lines, size] = [0, 0];
  const counts = { valid: 0, invalid: 0 };
  for await (const chunk of chunks) {
    lines += lineEnds(chunk);
    size += chunk.length;
    if (rest === undefined) wide = utf16Of(chunk);
    if (wide) {
      rest = chunk;
      continue;
    }
    const bytes: Buffer = rest && rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const end = wholeCharacters(bytes);
    count(bytes.subarray(0, end), counts);
    rest = bytes.subarray(end);
  }
  if (wide) return { encoding: wide, lines, bytes: size };
  if (rest) count(rest, counts);
  const encoding = counts.invalid === 0 || counts.invalid * 20 < counts.valid ? 'utf-8' : 'windows-1252';
  return { encoding, lines, bytes: size };
}

function lineEnds(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines++;
  return lines;
}

function utf16Of(bytes: Buffer): Encoding | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const sample = bytes.subarray(0, 4096);
  const zeros = [0, 0];
  for (const [index, byte] of sample.entries()) if (byte === 0) zeros[index & 1]!++;
  const half = sample.length / 2;
  if (zeros[1]! > half * 0.6 && zeros[0]! < half * 0.2) return 'utf-16le';
  if (zeros[0]! > half * 0.6 && zeros[1]! < half * 0.2) return 'utf-16be';
  return undefined;
}

/** Length without a character cut off at the end. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    return bytes.length - (byte >= 0xc0 && back < widthOf(byte) ? back : 0);
  }
  return bytes.length;
}

function widthOf(lead: number): number {
  return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
}

/** Counts multi-byte characters, and bytes that belong to none. */
function count(bytes: Buffer, counts: { valid: number; invalid: number }): void {
  const valid = isUtf8(bytes);
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes[at]!;
    if (lead < 0x80) continue;
    const width = widthOf(lead);
    if (valid || (width > 1 && isUtf8(bytes.subarray(at, at + width)) && at + width <= bytes.length)) {
      counts.valid++;
      at += width - 1;
    } else counts.invalid++;
  }
}
