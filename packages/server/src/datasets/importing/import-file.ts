import { rm, stat } from 'node:fs/promises';
import type { SnapshotProgress, WrittenSnapshot } from '@vitrine/models';
import { writeSnapshot } from '@vitrine/models/data';
import type { ImportOptions } from '../api.js';
import { type ArchiveKind, archiveKind } from '../formats/archive/kind.js';
import { unpack } from '../formats/archive/unpack.js';
import { type Format, openSource } from '../formats/open.js';

/** Everything an import needs to know; plain data, so that it can be handed to a worker. */
export interface ImportOrder {
  name: string;
  format: Format;
  /** What the data set says it came from: the format, or `catalogue`. */
  origin: string;
  /** File, its folder, or an archive of it. */
  path: string;
  options: ImportOptions;
  /** Scratch directory of this import alone. */
  temporary: string;
  /** Folder in which the snapshot appears under its hash. */
  snapshots: string;
  /** Whether the file may name pictures by absolute paths. */
  absolutePaths: boolean;
}

export interface ImportProgress {
  phase: SnapshotProgress['phase'] | 'unpacking';
  /** Rows, or files while unpacking. */
  rows: number;
  /** 0 … 1 of the whole import. */
  fraction: number;
}

export interface ImportHooks {
  signal?: AbortSignal | undefined;
  onProgress?(progress: ImportProgress): void;
  /** What was found out about the file. */
  onNotes?(notes: string[]): void;
}

/** Share of an import that reading takes; grouping and writing take the rest. */
const READING = 0.9;

/** Reads a data file, folder or archive into a snapshot. @throws DataError with what to do about the file */
export async function importFile(order: ImportOrder, hooks: ImportHooks = {}): Promise<WrittenSnapshot> {
  const unpacked = `${order.temporary}-unpacked`;
  try {
    const packed = await isArchive(order.path);
    if (!packed) return await importPath(order, hooks);
    const { signal, onProgress } = hooks;
    const onFiles = (rows: number) => onProgress?.({ phase: 'unpacking', rows, fraction: 0 });
    await unpack(order.path, packed, unpacked, { signal, onFiles });
    // What came in an archive names only what came with it.
    return await importPath({ ...order, path: unpacked, absolutePaths: false }, hooks);
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}

async function isArchive(path: string): Promise<ArchiveKind | undefined> {
  const facts = await stat(path).catch(() => undefined);
  return facts?.isFile() ? archiveKind(path) : undefined;
}

async function importPath(order: ImportOrder, { signal, onProgress, onNotes }: ImportHooks): Promise<WrittenSnapshot> {
  const { name, origin, format, path, options, temporary, absolutePaths } = order;
  const { map, images, labels, names, delimiter, encoding, seed, split } = options;
  const readOptions = { map, images, labels, names, delimiter, encoding, absolutePaths, signal };
  const source = await openSource(format, path, readOptions);
  onNotes?.(source.notes);
  return await writeSnapshot(source.rows(), {
    ...{ name, format: origin, temporary, seed, signal },
    ratios: split,
    category: source.category,
    place: (hash) => `${order.snapshots}/${hash}`,
    onProgress: (progress) => {
      const fraction = { reading: READING * source.fraction(), grouping: READING, writing: 0.96 }[progress.phase];
      onProgress?.({ ...progress, fraction });
    },
  });
}
