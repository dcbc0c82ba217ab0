import { basename } from 'node:path';
import { DataError } from '@vitrine/models/errors';
import { type ByteFile, openBytes } from './text-file.js';

/** Unsigned bytes, the only type pictures and labels come in. */
const UNSIGNED_BYTE = 0x08;

/** An idx file (the MNIST family's format): big-endian header with the dimensions, then the items one after another. */
export interface IdxFile {
  /** `[count, height, width]` for pictures, `[count]` for labels. */
  dimensions: number[];
  /** One item at a time, each the product of the inner dimensions in bytes. */
  items(): AsyncGenerator<Buffer>;
}

/** @throws DataError `data.idx` when the header isn't idx of unsigned bytes; while reading, when the file is cut short or too long */
export async function openIdx(path: string, signal?: AbortSignal): Promise<IdxFile> {
  const file = await openBytes(path, signal);
  const name = basename(path);
  const dimensions = await readHeader(file, name);
  const itemSize = dimensions.slice(1).reduce((size, dimension) => size * dimension, 1);
  return { dimensions, items: () => items(file, name, dimensions, itemSize) };
}

async function readHeader(file: ByteFile, name: string): Promise<number[]> {
  const start = await startOf(file);
  const [count, kind] = [start[3] ?? 0, start[2]];
  const header = start.subarray(0, 4 + 4 * count);
  if (
    start[0] !== 0 ||
    start[1] !== 0 ||
    kind !== UNSIGNED_BYTE ||
    count < 1 ||
    count > 3 ||
    header.length < 4 + 4 * count
  )
    throw new DataError('data.idx', `${name} is no idx file of bytes; give the images-idx3-ubyte file, packed or not.`);
  return Array.from({ length: count }, (_, index) => header.readUInt32BE(4 + 4 * index));
}

async function startOf(file: ByteFile): Promise<Buffer> {
  let start: Buffer = Buffer.alloc(0);
  for await (const chunk of file.chunks()) {
    start = Buffer.concat([start, chunk]);
    if (start.length >= 16) break;
  }
  return start;
}

async function* items(file: ByteFile, name: string, dimensions: number[], size: number): AsyncGenerator<Buffer> {
  let skip = 4 + 4 * dimensions.length;
  let rest: Buffer = Buffer.alloc(0);
  let read = 0;
  for await (const chunk of file.chunks()) {
    const bytes = Buffer.concat([rest, chunk.subarray(skip)]);
    skip = Math.max(0, skip - chunk.length);
    let at = 0;
    for (; at + size <= bytes.length && read < dimensions[0]!; at += size, read++) yield bytes.subarray(at, at + size);
    rest = bytes.subarray(at);
    if (read === dimensions[0] && rest.length > 0) break;
  }
  if (read < dimensions[0]! || rest.length > 0)
    throw new DataError(
      'data.idx',
      `${name} is damaged: its header promises ${dimensions[0]} items, it holds ${read < dimensions[0]! ? read : 'more'}. Copy it again.`,
    );
}
