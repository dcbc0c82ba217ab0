import { createHash } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../errors.js';
import { linesOf } from '../lines.js';
import { contentHash } from './content-hash.js';
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
  /** Every row, in file order, streamed. @throws DataError `data.snapshot`, at the latest after the last one, where any was changed */
  rows(): AsyncIterable<SnapshotRow>;
  /** The bytes of one picture (random access; safe to call concurrently). @throws DataError `data.snapshot` where they were changed */
  image(image: PackedImage): Promise<Buffer>;
  close(): Promise<void>;
}

/**
 * Opens a snapshot directory. Its files' sizes are compared with the manifest's at once, their content as it is read: hashing
 * gigabytes of pictures first would take longer than many a training.
 * @throws DataError `data.snapshot` when the manifest is missing, unreadable or of another version, or a file cut short.
 */
export async function openSnapshot(directory: string): Promise<Snapshot> {
  const manifest = await readManifest(directory);
  const { rows, images } = manifest.files;
  await checkSize(directory, ROWS_FILE, rows.bytes);
  if (images) await checkSize(directory, IMAGES_FILE, images.bytes);
  const pack = images && (await open(join(directory, IMAGES_FILE), 'r'));
  return {
    directory,
    manifest,
    async *rows() {
      const hash = createHash('sha256');
      const lines = linesOf(join(directory, ROWS_FILE), (text) => void hash.update(text));
      for await (const line of lines) if (line) yield parseRow(line);
      if (hash.digest('hex') !== rows.sha256) throw damaged(ROWS_FILE);
    },
    async image({ offset, length, sha256 }) {
      if (!pack) throw new DataError('data.snapshot', 'This data set holds no pictures; import it again with images.');
      const buffer = Buffer.allocUnsafe(length);
      const { bytesRead } = await pack.read(buffer, 0, length, offset);
      const isWhole = bytesRead === length && createHash('sha256').update(buffer).digest('hex') === sha256;
      if (!isWhole) throw damaged(IMAGES_FILE);
      return buffer;
    },
    async close() {
      await pack?.close();
    },
  };
}

/** Reads a snapshot from its first row to its last picture. @throws DataError `data.snapshot` where any of it was changed */
export async function verifySnapshot(directory: string): Promise<void> {
  const snapshot = await openSnapshot(directory);
  try {
    for await (const { image } of snapshot.rows()) if (image) await snapshot.image(image);
  } finally {
    await snapshot.close();
  }
}

async function checkSize(directory: string, file: string, bytes: number): Promise<void> {
  const found = await stat(join(directory, file)).catch(() => undefined);
  if (found?.size !== bytes) throw damaged(file);
}

function parseRow(line: string): SnapshotRow {
  try {
    return JSON.parse(line) as SnapshotRow;
  } catch {
    throw damaged(ROWS_FILE);
  }
}

const damaged = (file: string) =>
  new DataError('data.snapshot', `${file} is missing, cut short or changed; import the data set again.`);

/** The manifest of a snapshot directory. @throws DataError `data.snapshot` */
export async function readManifest(directory: string): Promise<Manifest> {
  let manifest: Manifest;
  try {
    manifest = manifestSchema.parse(JSON.parse(await readFile(join(directory, MANIFEST_FILE), 'utf8')));
  } catch (cause) {
    throw new DataError(
      'data.snapshot',
      `The snapshot in ${directory} can't be read; import the data set again.`,
      String(cause),
    );
  }
  if (manifest.hash !== contentHash(manifest)) throw damaged(MANIFEST_FILE);
  return manifest;
}
