import { type FileHandle, open } from 'node:fs/promises';
import { GradError } from '../errors.js';
import { arrayAt, HEADER_START, headerEnd, placesIn, type Safetensors, type StoredArray } from './safetensors.js';

/** The system reads less than 2 GiB at a time. */
const AT_ONCE = 2 ** 30;

/**
 * Reads a safetensors file of any size from the disk, each array by itself, at most `atOnce` bytes at a time. Throws
 * `checkpoint` when it is missing or damaged.
 */
export async function readSafetensors(file: string, atOnce = AT_ONCE): Promise<Safetensors> {
  try {
    const handle = await open(file, 'r');
    try {
      return await readArrays(handle, atOnce);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const ours = cause instanceof GradError;
    throw new GradError('checkpoint', ours ? `'${file}': ${reason}` : `'${file}' cannot be read: ${reason}`, { cause });
  }
}

async function readArrays(handle: FileHandle, atOnce: number): Promise<Safetensors> {
  const { size } = await handle.stat();
  const read = (start: number, end: number) => readBytes(handle, start, end, atOnce);
  const end = headerEnd(await read(0, Math.min(HEADER_START, size)), size);
  const { metadata, places } = placesIn(await read(HEADER_START, end), size);
  const arrays = new Map<string, StoredArray>();
  for (const [name, place] of places) {
    arrays.set(name, arrayAt(name, place, (await read(place.start, place.end)).buffer));
  }
  return { arrays, metadata };
}

async function readBytes(
  handle: FileHandle,
  start: number,
  end: number,
  atOnce: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(end - start);
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, done, Math.min(atOnce, bytes.length - done), start + done);
    if (bytesRead === 0) throw new Error('It became shorter while it was read.');
    done += bytesRead;
  }
  return bytes;
}
