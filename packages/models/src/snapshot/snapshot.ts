import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../errors.js';
import { linesOf } from '../lines.js';
import {
  IMAGES_FILE,
  MANIFEST_FILE,
  type Manifest,
  manifestSchema,
  type PackedImage,
  ROWS_FILE,
  type SnapshotRow,
} from './manifest.js';

/** An immutable, content-hashed data set on disk, as a training reads it. */
export interface Snapshot {
  readonly directory: string;
  readonly manifest: Manifest;
  /** Every row, in file order, streamed. */
  rows(): AsyncIterable<SnapshotRow>;
  /** The bytes of one picture (random access; safe to call concurrently). */
  image(image: PackedImage): Promise<Buffer>;
  close(): Promise<void>;
}

/**
 * Opens a snapshot directory.
 * @throws DataError `data.snapshot` when the manifest is missing, unreadable or of another version.
 */
export async function openSnapshot(directory: string): Promise<Snapshot> {
  const manifest = await readManifest(directory);
  const pack = manifest.files.images ? await open(join(directory, IMAGES_FILE), 'r') : undefined;
  return {
    directory,
    manifest,
    async *rows() {
      for await (const line of linesOf(join(directory, ROWS_FILE))) if (line) yield JSON.parse(line) as SnapshotRow;
    },
    async image({ offset, length }) {
      if (!pack) throw new DataError('data.snapshot', 'This data set holds no pictures; import it again with images.');
      const buffer = Buffer.allocUnsafe(length);
      const { bytesRead } = await pack.read(buffer, 0, length, offset);
      if (bytesRead !== length)
        throw new DataError('data.snapshot', `${IMAGES_FILE} is cut short; import the data set again.`);
      return buffer;
    },
    async close() {
      await pack?.close();
    },
  };
}

/** The manifest of a snapshot directory. @throws DataError `data.snapshot` */
export async function readManifest(directory: string): Promise<Manifest> {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(join(directory, MANIFEST_FILE), 'utf8')));
  } catch (cause) {
    throw new DataError(
      'data.snapshot',
      `The snapshot in ${directory} can't be read; import the data set again.`,
      String(cause),
    );
  }
}
