import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contentHash } from '../../snapshot/content-hash.js';
import {
  IMAGES_FILE,
  MANIFEST_FILE,
  type Manifest,
  type PackedImage,
  ROWS_FILE,
  type SnapshotRow,
} from '../../snapshot/manifest.js';
import { openSnapshot, type Snapshot } from '../../snapshot/snapshot.js';

/** A row to be, with the bytes of a picture of one grey byte a pixel. */
export interface TinyRow {
  readonly title?: string;
  readonly description?: string;
  readonly label?: string;
  readonly split: SnapshotRow['split'];
  readonly pixels?: { readonly bytes: Uint8Array; readonly width: number; readonly height: number };
}

/** Writes a snapshot for a test and opens it. */
export async function tinySnapshot(directory: string, rows: readonly TinyRow[]): Promise<Snapshot> {
  await mkdir(directory, { recursive: true });
  const pack: Uint8Array[] = [];
  let offset = 0;
  const full = rows.map(({ pixels, ...row }, index): SnapshotRow => {
    if (!pixels) return { ...row, id: `${index}`, group: index };
    const { bytes, width, height } = pixels;
    const place = {
      offset,
      length: bytes.length,
      sha256: sha256(bytes),
      kind: 'gray8',
      width,
      height,
    } satisfies PackedImage;
    pack.push(bytes);
    offset += bytes.length;
    return { ...row, id: `${index}`, group: index, image: place };
  });
  const lines = full.map((row) => `${JSON.stringify(row)}\n`).join('');
  await writeFile(join(directory, ROWS_FILE), lines);
  if (pack.length > 0) await writeFile(join(directory, IMAGES_FILE), Buffer.concat(pack));
  await writeFile(join(directory, MANIFEST_FILE), JSON.stringify(manifestOf(full, lines, offset)));
  return openSnapshot(directory);
}

function manifestOf(rows: readonly SnapshotRow[], lines: string, imageBytes: number): Manifest {
  const count = (test: (row: SnapshotRow) => boolean) => rows.filter(test).length;
  const codes = [...new Set(rows.flatMap(({ label }) => (label === undefined ? [] : [label])))].sort();
  const files: Manifest['files'] = {
    rows: { sha256: sha256(Buffer.from(lines)), bytes: Buffer.byteLength(lines) },
    ...(imageBytes > 0 ? { images: { sha256: '', bytes: imageBytes } } : {}),
  };
  const classes = codes.map((code) => ({
    ...{ code, name: `Name of ${code}` },
    rows: count(({ label }) => label === code),
  }));
  const split: Manifest['split'] = { seed: 0, ratios: [0.8, 0.1, 0.1] };
  return {
    version: 1,
    hash: contentHash({ files, classes, split }),
    name: 'tiny',
    format: 'test',
    rows: rows.length,
    rejected: 0,
    splits: {
      train: count(({ split }) => split === 'train'),
      validation: count(({ split }) => split === 'validation'),
      test: count(({ split }) => split === 'test'),
    },
    fields: {
      title: count(({ title }) => title !== undefined),
      description: count(({ description }) => description !== undefined),
      image: count(({ image }) => image !== undefined),
      label: count(({ label }) => label !== undefined),
    },
    ...{ classes, split, files },
  };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
